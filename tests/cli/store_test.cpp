// `berth store` on files of its own, and with a daemon that is a table.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/random.hpp"
#include "captured.hpp"
#include "cli/store_files.hpp"
#include "fake_client.hpp"
#include "store/epochs.hpp"
#include "store/opening.hpp"
#include "store/state_folder.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class StoreVerbs : public testing::Test {
 protected:
  StoreVerbs() {
    std::string name = (fs::temp_directory_path() / "berth-cli-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
    state_ = root_ / "state";
    StateFolder::take(state_).value();
    Database database = open_for_writing(state_ / "berth.db").value();
    identify(database, chance_);
  }
  ~StoreVerbs() override { fs::remove_all(root_); }

  StorePlace place() const { return {state_.string(), ""}; }
  std::string path(const char* name) const { return (root_ / name).string(); }
  std::string bytes_of(const fs::path& file) {
    std::ostringstream bytes;
    bytes << std::ifstream(file, std::ios::binary).rdbuf();
    return bytes.str();
  }
  std::string out() const { return captured_.out.str(); }
  std::string err() const { return captured_.err.str(); }

  SystemChance chance_;
  fs::path root_;
  fs::path state_;
  FakeClient client_;
  Captured captured_;
  Context context_{client_, captured_.console};
};

TEST_F(StoreVerbs, BackUpOfAStoppedStoreIsMadeCheckedAndShown) {
  EXPECT_EQ(run_store_backup(context_, path("b.db"), place(), "json"), 0) << err();
  const Json shown = Json::parse(out());
  EXPECT_EQ(shown["jobs"], 0);
  EXPECT_EQ(shown["epoch"], 1);
  EXPECT_EQ(shown["file"], path("b.db"));
  EXPECT_FALSE(fs::exists(path("b.db.partial")));
  EXPECT_EQ(run_store_check(context_, path("b.db"), {}, "table"), 0) << err();
}

TEST_F(StoreVerbs, BackUpReplacesNothing) {
  std::ofstream(path("b.db")) << "precious";
  EXPECT_EQ(run_store_backup(context_, path("b.db"), place(), "table"), 1);
  EXPECT_NE(err().find("replaces no file"), std::string::npos) << err();
  EXPECT_EQ(bytes_of(path("b.db")), "precious");
}

TEST_F(StoreVerbs, BackUpOfARunningStoreIsWhatTheDaemonSends) {
  ASSERT_EQ(run_store_backup(context_, path("sent.db"), place(), "table"), 0) << err();
  client_.answers("POST /v1/store:backup", 200, bytes_of(path("sent.db")));
  EXPECT_EQ(run_store_backup(context_, path("b.db"), {}, "table"), 0) << err();
  EXPECT_EQ(bytes_of(path("b.db")), bytes_of(path("sent.db")));
}

TEST_F(StoreVerbs, BackUpThatComesInPartIsNotKept) {
  ASSERT_EQ(run_store_backup(context_, path("sent.db"), place(), "table"), 0) << err();
  const std::string whole = bytes_of(path("sent.db"));
  client_.answers("POST /v1/store:backup", 200, whole.substr(0, whole.size() / 2));
  EXPECT_EQ(run_store_backup(context_, path("b.db"), {}, "table"), 1);
  EXPECT_NE(err().find("cut short"), std::string::npos) << err();
  EXPECT_FALSE(fs::exists(path("b.db")));
  EXPECT_FALSE(fs::exists(path("b.db.partial")));
}

TEST_F(StoreVerbs, BackUpShowsWhyTheDaemonSentNone) {
  client_.answers("POST /v1/store:backup", 200,
                  R"({"error":{"code":"StoreUnavailable","message":"database or disk is full"}})");
  EXPECT_EQ(run_store_backup(context_, path("b.db"), {}, "table"), 1);
  EXPECT_NE(err().find("disk is full"), std::string::npos) << err();
  EXPECT_FALSE(fs::exists(path("b.db")));
}

TEST_F(StoreVerbs, WhatADaemonHasOpenIsLeftToIt) {
  const auto daemon = StateFolder::take(state_);
  ASSERT_TRUE(daemon);
  EXPECT_EQ(run_store_check(context_, "", place(), "table"), 1);
  EXPECT_EQ(run_store_backup(context_, path("b.db"), place(), "table"), 1);
  EXPECT_EQ(run_store_restore(context_, path("b.db"), place(), "table"), 1);
  for (const std::string word : {"another berthd", "berth store backup FILE", "leave the folder out"})
    EXPECT_NE(err().find(word), std::string::npos) << word << " in " << err();
}

TEST_F(StoreVerbs, RestoreTellsWhatToDoNext) {
  ASSERT_EQ(run_store_backup(context_, path("b.db"), place(), "table"), 0) << err();
  EXPECT_EQ(run_store_restore(context_, path("b.db"), place(), "table"), 0) << err();
  for (const std::string word : {"epoch 2", "berth strays", "berth resume", "before-restore"})
    EXPECT_NE(out().find(word), std::string::npos) << word << " in " << out();
}

TEST_F(StoreVerbs, CheckTellsDamageAndWhatToDo) {
  ASSERT_EQ(run_store_backup(context_, path("b.db"), place(), "table"), 0) << err();
  fs::resize_file(path("b.db"), 4096);
  EXPECT_EQ(run_store_check(context_, path("b.db"), {}, "table"), 1);
  EXPECT_NE(err().find("cut short"), std::string::npos) << err();
  EXPECT_EQ(run_store_check(context_, path("nowhere.db"), {}, "table"), 1);
  EXPECT_EQ(run_store_check(context_, "", {path("nowhere"), ""}, "table"), 1);
  EXPECT_NE(err().find("no state folder"), std::string::npos) << err();
}

TEST_F(StoreVerbs, StraysAreListedWithWhatCanBeDone) {
  client_.answers("GET /v1/strays", 200,
                  R"({"strays":[{"name":"j1-a1","cluster":"west","epoch":1,"job_phase":"Pending"},
                                {"name":"j2-a3","cluster":"west","epoch":1,"job_phase":""}]})");
  EXPECT_EQ(run_strays(context_, "table"), 0);
  EXPECT_NE(out().find("adopt or release"), std::string::npos) << out();
  EXPECT_NE(out().find("not known"), std::string::npos) << out();
  client_.answers("POST /v1/strays/j1-a1:adopt", 200, "{}");
  EXPECT_EQ(run_act_on_stray(context_, "adopt", "j1-a1", "good"), 0) << err();
  EXPECT_EQ(Json::parse(client_.asked().back().body)["reason"], "good");
}

}  // namespace
}  // namespace berth
