"""Where a problem stands by the word in its status column, and how far that word goes."""

from collections.abc import Collection

from app.domain.states import State

# Two words that leave open how far the work was looked at; `settle` decides by the whole column.
DONE = "done"  # 已整改: the unit says so
CLOSED = "closed"  # 已办结: whoever handled it has closed it


def settle(option: str, *, photographed: bool, options_of_file: Collection[str]) -> State:
    """The state behind an option of `state_words`.

    `photographed`: the row has an after photo; `options_of_file`: all options of the same column.
    A word for done never signs off by itself: it is pre-signed-off only with a photo to show or
    where the file has another word for waiting to be checked, else it waits to be checked.
    """
    if option not in (DONE, CLOSED):
        return State(option)
    tells_checking = State.SUBMITTED.value in options_of_file
    above = {State.PRE_SIGNED_OFF.value, State.SIGNED_OFF.value} & set(options_of_file)
    if option == CLOSED and (tells_checking or DONE in options_of_file):
        return State.PRE_SIGNED_OFF if above else State.SIGNED_OFF
    if photographed or (tells_checking and State.PRE_SIGNED_OFF.value not in above):
        return State.PRE_SIGNED_OFF
    return State.SUBMITTED
