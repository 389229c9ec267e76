import "./styles/main.scss";
