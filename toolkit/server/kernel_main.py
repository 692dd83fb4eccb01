"""What runs in a page's own process: an IPython kernel without debugger, history or user configuration."""

import sys


def main() -> None:
    """Run the kernel; called as ``python -m toolkit.server.kernel_main -f <connection file>``."""
    # The debugger costs half of a kernel's start and memory, and a page has no use for it.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance()


if __name__ == "__main__":
    main()
