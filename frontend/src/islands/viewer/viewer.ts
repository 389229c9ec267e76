// The large view of photos with its styles: fetched when somebody opens one.
import PhotoSwipe from "photoswipe";
import "./viewer.scss";

export default PhotoSwipe;
