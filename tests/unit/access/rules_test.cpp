#include "access/rules.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

constexpr uid_t kDaemon = 500;
constexpr uid_t kMaria = 1001;

const AccessRules rules(kDaemon, {"ops"});

struct Row {
  const char* name;
  Principal who;
  bool may_submit;
  bool may_act_on_marias_job;
  bool may_operate;
};

class Rules : public testing::TestWithParam<Row> {};

TEST_P(Rules, AllowAndForbid) {
  const Row& row = GetParam();
  EXPECT_EQ(rules.may_submit(row.who).has_value(), row.may_submit);
  EXPECT_EQ(rules.may_act(row.who, kMaria).has_value(), row.may_act_on_marias_job);
  EXPECT_EQ(rules.may_operate(row.who).has_value(), row.may_operate);
}

INSTANTIATE_TEST_SUITE_P(
    Who, Rules,
    testing::Values(Row{"DaemonsUser", {kDaemon, kDaemon, "berth"}, true, true, true},
                    Row{"Root", {0, 0, "root"}, false, true, true},
                    Row{"Admin", {700, 700, "ops"}, false, true, true},
                    Row{"Submitter", {kMaria, kMaria, "maria"}, false, true, false},
                    Row{"SomebodyElse", {1002, 1002, "jo"}, false, false, false},
                    Row{"Stranger", stranger(), false, false, false}),
    [](const auto& info) { return info.param.name; });

struct RootRow {
  const char* name;
  Principal who;
  bool may_submit;
};

class RulesOfRoot : public testing::TestWithParam<RootRow> {};

// A daemon of root takes jobs of everybody, or of those whom the site names.
TEST_P(RulesOfRoot, TakeJobsOfNamedUsersAndGroups) {
  const AccessRules open(0, {"ops"});
  const AccessRules named(0, {"ops"}, {"maria", "@root", "@no-such-group"});
  const RootRow& row = GetParam();
  EXPECT_EQ(named.may_submit(row.who).has_value(), row.may_submit);
  EXPECT_EQ(open.may_submit(row.who).has_value(), row.who.is_known);
  EXPECT_EQ(open.may_act(row.who, kMaria).has_value(),
            row.who.uid == kMaria || row.who.uid == 0 || row.who.user == "ops");
}

INSTANTIATE_TEST_SUITE_P(
    Who, RulesOfRoot,
    testing::Values(RootRow{"Root", {0, 0, "root"}, true},
                    RootRow{"Admin", {700, 700, "ops"}, true},
                    RootRow{"Named", {kMaria, kMaria, "maria"}, true},
                    RootRow{"OfANamedGroup", {1003, 1003, "root"}, true},
                    RootRow{"Unnamed", {1002, 1002, "jo"}, false},
                    RootRow{"Unknown", {1004, 1004, "uid:1004", false}, false}),
    [](const auto& info) { return info.param.name; });

TEST(Rules, SayWhoYouAreAndWhoCould) {
  const auto refused = rules.may_submit({1002, 1002, "jo"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "Forbidden");
  EXPECT_NE(refused.error().message.find("jo (uid 1002)"), std::string::npos);
  EXPECT_NE(refused.error().message.find("uid 500"), std::string::npos);
}

// Whatever uid it might be taken for.
TEST(Rules, LetAStrangerDoNothing) {
  Principal who = stranger();
  for (const uid_t uid : {uid_t{0}, kDaemon, kMaria, static_cast<uid_t>(-1)}) {
    who.uid = uid;
    EXPECT_FALSE(rules.may_submit(who)) << uid;
    EXPECT_FALSE(rules.may_act(who, uid)) << uid;
    EXPECT_FALSE(rules.may_operate(who)) << uid;
  }
}

}  // namespace
}  // namespace berth
