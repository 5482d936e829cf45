"""A node's temporary folder, without Ray."""

import os
import shutil
import stat
import tempfile
import unittest
from unittest import mock

import temp_folder


class TempFolder(unittest.TestCase):
    def setUp(self):
        self.short = tempfile.mkdtemp(prefix="b", dir="/tmp")
        self.addCleanup(shutil.rmtree, self.short, ignore_errors=True)
        patch = mock.patch.dict(os.environ, {"BERTH_SHORT_TMP": self.short})
        patch.start()
        self.addCleanup(patch.stop)

    def test_lies_within_a_folder_that_is_closed_to_others(self):
        with temp_folder.fresh() as folder:
            self.assertEqual(stat.S_IMODE(os.stat(os.path.dirname(folder)).st_mode), 0o700)
            self.assertEqual(os.listdir(folder), [])

    def test_goes_with_all_that_is_in_it(self):
        with temp_folder.fresh() as folder:
            os.makedirs(f"{folder}/session/sockets")
        self.assertEqual(os.listdir(self.short), [])

    def test_goes_though_something_still_makes_sockets_in_it(self):
        removals = []

        def remove_beside_one_that_writes(folder, **options):
            removals.append(folder)
            shutil_rmtree(folder, **options)
            if len(removals) < 3:
                os.makedirs(f"{folder}/r/session")

        shutil_rmtree = shutil.rmtree
        with mock.patch("temp_folder.shutil.rmtree", remove_beside_one_that_writes):
            with temp_folder.fresh():
                pass
        self.assertEqual(len(removals), 3)
        self.assertEqual(os.listdir(self.short), [])

    def test_is_another_one_each_time(self):
        with temp_folder.fresh() as one, temp_folder.fresh() as other:
            self.assertNotEqual(one, other)

    def test_says_that_it_would_be_too_long_and_leaves_nothing(self):
        long = os.path.join(self.short, "x" * temp_folder.PATH_MAX)
        with mock.patch.dict(os.environ, {"BERTH_SHORT_TMP": long}):
            with self.assertRaisesRegex(SystemExit, "BERTH_SHORT_TMP to a shorter folder"):
                with temp_folder.fresh():
                    pass
        self.assertEqual(os.listdir(long), [])


if __name__ == "__main__":
    unittest.main()
