"""Builds the application: settings in, a Flask application that guards every route out."""

from importlib import import_module
from importlib.util import find_spec

from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli, clock, extensions
from app.config import Settings
from app.db import Database
from app.demo import people as people_of_demo
from app.door import access, errors, packing, people, security, sessions, unit_of_work
from app.run_city import one_of_each_role
from app.services.people.passwords import PasswordRules
from app.web import assets, front_door, navigation, row_ids

FEATURES = (
    "app.web.account",
    "app.web.street",
    "app.web.phone_shell",
    "app.web.phone",
    "app.web.review",
    "app.web.unit",
    "app.web.check",
    "app.web.sign_off",
    "app.web.leader",
    "app.web.brigade",
    "app.web.problem",
    "app.web.problem_list",
    "app.web.table",
    "app.web.table_views",
    "app.web.table_edit",
    "app.web.table_exports",
    "app.web.bulk_moves",
    "app.web.imports",
    "app.web.results",
    "app.web.ledger",
    "app.web.photos",
    "app.web.masks",
    "app.web.capture",
    "app.web.verify",
    "app.web.admin",
    "app.web.rights",
    "app.web.sheet_admin",
    "app.api",
    "app.api.uploads",
)
ROOMS = (
    packing,
    row_ids,
    sessions,
    people,
    security,
    access,
    unit_of_work,
    errors,
    navigation,
    assets,
)
LARGEST_FORM_TEXT = 2 * 1024 * 1024  # bytes of typed fields; files are counted apart


def create_app(settings: Settings | None = None) -> unit_of_work.UnitOfWorkFlask:
    """The application for these settings, or for the environment's.

    Raises ConfigurationError for settings that must not start, UnguardedRouteError for a route
    that does not say who may come in.
    """
    settings = settings or Settings.from_environment()
    clock.run_ahead(settings.clock_ahead)
    app = unit_of_work.UnitOfWorkFlask("app", instance_path=str(settings.instance))
    _configure(app, settings)
    app.extensions["settings"] = settings
    app.extensions["database"] = Database(settings.database_url)
    app.extensions["photos"] = extensions.open_photo_room(settings)
    app.extensions["sign_in_rules"] = _sign_in_rules(settings)
    extensions.csrf.init_app(app)
    for room in ROOMS:
        room.register(app)
    front_door.register(app)
    cli.register(app)
    for name in FEATURES:
        if _is_built(name):
            app.register_blueprint(import_module(name).blueprint)
    access.require_policies(app)
    return app


def _configure(app: unit_of_work.UnitOfWorkFlask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=list(settings.hosts),
        MAX_CONTENT_LENGTH=settings.upload_limit,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM_TEXT,
        PREFERRED_URL_SCHEME="https" if settings.secure_cookies else "http",
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard asks, after it knows who is there
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open as long as the session lives
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _sign_in_rules(settings: Settings) -> extensions.SignInRules:
    """The demo's password opens the demo and nothing else."""
    if not settings.demo:
        never = (people_of_demo.DEMO_PASSWORD,)
        return extensions.SignInRules(PasswordRules(settings.password_length, never))
    leading = {person.login: role.label for role, person in one_of_each_role()}
    others = [p.login for p in people_of_demo.PEOPLE if p.featured and p.login not in leading]
    featured = tuple(
        extensions.DemoAccount(login, people_of_demo.BY_LOGIN[login].name, leading.get(login, ""))
        for login in [*leading, *others]
    )
    rules = PasswordRules(settings.password_length)
    return extensions.SignInRules(rules, featured, people_of_demo.DEMO_PASSWORD)


def _is_built(name: str) -> bool:
    """Whether a feature's package is there; an empty folder is not."""
    spec = find_spec(name)
    return spec is not None and spec.origin is not None
