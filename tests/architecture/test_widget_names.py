"""Our widgets do not take over names that ipywidgets uses for itself."""

import importlib
import inspect
import pkgutil

import ipywidgets

import toolkit

# A control takes no state from a browser: that is what overriding this one is for.
MEANT = {"set_state"}


def test_no_widget_hides_a_method_of_ipywidgets() -> None:
    # `dir` and not the values: asking for some of them warns.
    theirs = {name for name in dir(ipywidgets.VBox) if not name.startswith("__")}
    hidden = []
    for found in pkgutil.walk_packages(toolkit.__path__, "toolkit."):
        if found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, ipywidgets.Widget) and kind.__module__ == found.name:
                hidden += [
                    f"{found.name}.{name}.{one}"
                    for one in sorted(theirs & {one for one, value in vars(kind).items() if callable(value)} - MEANT)
                ]
    assert not hidden
