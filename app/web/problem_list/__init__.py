"""All problems one may see, by any filter."""

from app.web.problem_list.views import blueprint

__all__ = ["blueprint"]
