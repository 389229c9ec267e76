"""防伪码 for anybody: does a stamped picture agree with what was received?"""

from app.web.verify.views import blueprint

__all__ = ["blueprint"]
