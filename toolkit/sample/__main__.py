"""Write the sample organisation, its truth and the data dictionary: ``python -m toolkit.sample``."""

import argparse
from pathlib import Path

from toolkit.organisation.content import read_packs
from toolkit.sample.dictionary import data_dictionary
from toolkit.sample.organisation import SEED, TODAY, generate


def main(arguments: list[str] | None = None) -> None:
    """Write all files; folders are relative to the current one."""
    parser = argparse.ArgumentParser(prog="python -m toolkit.sample", description=__doc__)
    parser.add_argument("--content", type=Path, default=Path("datasets/content"), help="folder of the content packs")
    parser.add_argument("--out", type=Path, default=Path("datasets/organisation"), help="folder of the organisation")
    parser.add_argument("--truth", type=Path, default=Path("datasets/truth"), help="folder of the truth")
    parser.add_argument("--readme", type=Path, default=Path("datasets/README.md"), help="file of the data dictionary")
    chosen = parser.parse_args(arguments)
    organisation, truth = generate(SEED, read_packs(chosen.content), today=TODAY)
    for path in [*organisation.write(chosen.out), *truth.write(chosen.truth)]:
        print(path)
    chosen.readme.write_bytes(data_dictionary().encode())
    print(chosen.readme)


if __name__ == "__main__":
    main()
