#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <fstream>

#include "store/migrations.hpp"
#include "stored.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

Error error_of_opening(const fs::path& file) {
  QueueLoop loop;
  StillClock clock;
  CountingChance chance;
  auto opened = SqliteStore::open(settings_for(file), loop, clock, chance);
  return opened ? Error{"Opened", ""} : opened.error();
}

void write_file(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

TEST(Opening, RefusesAFileOfANewerProgramInWords) {
  const PrivateFolder folder;
  const fs::path file = folder / "berth.db";
  { Stored stored(file); }
  Database(file, Database::Access::kWrite).run("PRAGMA user_version = 99");

  const Error error = error_of_opening(file);

  EXPECT_EQ(error.code, "NewerStore");
  for (const std::string word : {"berth.db", "99", "newer berthd", ".before-v"})
    EXPECT_NE(error.message.find(word), std::string::npos) << word << " in " << error.message;
}

TEST(Opening, RefusesWhatIsNoSqliteFile) {
  const PrivateFolder folder;
  write_file(folder / "berth.db", std::string(8192, 'x'));

  const Error error = error_of_opening(folder / "berth.db");

  EXPECT_EQ(error.code, "CorruptStore");
  for (const std::string word : {"berth store check", "berth store restore", ".recover"})
    EXPECT_NE(error.message.find(word), std::string::npos) << word << " in " << error.message;
}

TEST(Opening, RefusesAFileWhoseFirstPageIsDamaged) {
  const PrivateFolder folder;
  const fs::path file = folder / "berth.db";
  { Stored(file).commit(accepting(a_job("j1"))); }
  std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
  damage.seekp(100);
  damage << std::string(1000, '\xee');
  damage.close();

  EXPECT_EQ(error_of_opening(file).code, "CorruptStore");
}

TEST(Opening, RefusesAFileOfZeros) {
  const PrivateFolder folder;
  const fs::path file = folder / "berth.db";
  { Stored(file).commit(accepting(a_job("j1"))); }
  write_file(file, std::string(fs::file_size(file), '\0'));

  const Error error = error_of_opening(file);

  EXPECT_EQ(error.code, "CorruptStore");
  EXPECT_NE(error.message.find("zeros"), std::string::npos) << error.message;
}

TEST(Opening, RefusesAFileThatWasCutShort) {
  const PrivateFolder folder;
  const fs::path file = folder / "berth.db";
  { Stored(file).commit(accepting(a_job("j1"))); }
  fs::resize_file(file, fs::file_size(file) / 2);

  const Error error = error_of_opening(file);

  EXPECT_EQ(error.code, "CorruptStore");
  EXPECT_NE(error.message.find("cut short"), std::string::npos) << error.message;
}

TEST(Opening, RefusesADatabaseOfAnotherProgramAndLeavesItAlone) {
  const PrivateFolder folder;
  const fs::path file = folder / "music.db";
  Database(file, Database::Access::kWrite).run("CREATE TABLE songs (title)");

  EXPECT_EQ(error_of_opening(file).code, "CorruptStore");

  Database again(file, Database::Access::kRead);
  EXPECT_EQ(again.ask("SELECT count(*) FROM sqlite_schema"), 1);
}

TEST(Opening, RefusesALink) {
  const PrivateFolder folder;
  { Stored stored(folder / "real.db"); }
  fs::create_symlink(folder / "real.db", folder / "berth.db");

  const Error error = error_of_opening(folder / "berth.db");

  EXPECT_EQ(error.code, "StoreUnavailable");
  EXPECT_NE(error.message.find("symbolic link"), std::string::npos) << error.message;
}

TEST(Opening, GoesThroughALinkedFolder) {
  const PrivateFolder folder;
  fs::create_directory(folder / "real");
  fs::create_symlink(folder / "real", folder / "state");
  EXPECT_EQ(error_of_opening(folder / "state" / "berth.db").code, "Opened");
}

TEST(Opening, NamesAFolderThatIsMissing) {
  const PrivateFolder folder;
  const Error error = error_of_opening(folder / "nowhere" / "berth.db");
  EXPECT_EQ(error.code, "StoreUnavailable");
  EXPECT_NE(error.message.find("nowhere"), std::string::npos) << error.message;
}

TEST(Opening, ClosesAFileToOthersThatWasOpenToThem) {
  const PrivateFolder folder;
  const fs::path file = folder / "berth.db";
  { Stored stored(file); }
  chmod(file.c_str(), 0644);
  { Stored stored(file); }
  struct stat found {};
  ASSERT_EQ(stat(file.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
}

constexpr std::array kOldAndNew{
    Migration{"songs", "CREATE TABLE songs (title); INSERT INTO songs VALUES ('one')"},
    Migration{"composers", "ALTER TABLE songs ADD COLUMN composer"},
    Migration{"no titles", "UPDATE songs SET title = ''"},
};

class Migrating : public testing::Test {
 protected:
  // As a program would that knows the first `count` of them.
  Result<void> migrate_to(std::size_t count) {
    Database database(file_, Database::Access::kWrite);
    return migrate(database, file_, std::span(kOldAndNew).first(count));
  }
  std::int64_t ask(const fs::path& file, const char* sql) {
    return Database(file, Database::Access::kRead).ask(sql);
  }

  PrivateFolder folder_;
  const fs::path file_ = folder_ / "berth.db";
};

TEST_F(Migrating, KeepsACopyFromBeforeEachStep) {
  ASSERT_TRUE(migrate_to(1));
  ASSERT_TRUE(migrate_to(3));

  EXPECT_EQ(ask(file_, "PRAGMA user_version"), 3);
  EXPECT_EQ(ask(file_, "SELECT count(*) FROM songs WHERE title = ''"), 1);
  EXPECT_EQ(ask(folder_ / "berth.db.before-v2", "PRAGMA user_version"), 1);
  EXPECT_EQ(ask(folder_ / "berth.db.before-v3", "PRAGMA user_version"), 2);
  EXPECT_EQ(ask(folder_ / "berth.db.before-v3", "SELECT count(*) FROM songs WHERE title = 'one'"),
            1);
  struct stat copy {};
  ASSERT_EQ(stat((folder_ / "berth.db.before-v2").c_str(), &copy), 0);
  EXPECT_EQ(copy.st_mode & 0777, 0600u);
}

TEST_F(Migrating, KeepsTheDecisionsOfTheFirstShapeAsTheyWere) {
  {
    Database database(file_, Database::Access::kWrite);
    ASSERT_TRUE(migrate(database, file_, all_migrations().first(1)));
    database.run(
        "INSERT INTO decisions VALUES (7, 'hash', '{}'); INSERT INTO decided VALUES (1, 1, 7)");
    ASSERT_TRUE(migrate(database, file_, all_migrations().first(2)));
  }
  EXPECT_EQ(ask(file_,
                "SELECT count(*) FROM decided JOIN decisions USING (decision) WHERE job = 1 AND "
                "attempt = 1 AND bytes = CAST('{}' AS BLOB) AND moment = x''"),
            1);
}

TEST_F(Migrating, OfANewFileNeedsNoCopy) {
  ASSERT_TRUE(migrate_to(3));
  EXPECT_FALSE(fs::exists(folder_ / "berth.db.before-v1"));
  EXPECT_FALSE(fs::exists(folder_ / "berth.db.before-v2"));
}

TEST_F(Migrating, AStepThatFailsChangesNothing) {
  ASSERT_TRUE(migrate_to(1));
  constexpr std::array broken{
      kOldAndNew[0],
      Migration{"broken", "DELETE FROM songs; INSERT INTO nowhere VALUES (1)"},
  };
  {
    Database database(file_, Database::Access::kWrite);
    EXPECT_THROW((void)migrate(database, file_, broken), SqliteFailure);
  }
  EXPECT_EQ(ask(file_, "PRAGMA user_version"), 1);
  EXPECT_EQ(ask(file_, "SELECT count(*) FROM songs"), 1);
}

}  // namespace
}  // namespace berth
