#include <gtest/gtest.h>

#include <berth/json_text.hpp>
#include <berth/problem.hpp>
#include <berth/testing/reason_text.hpp>
#include <berth/types.hpp>
#include <limits>

namespace berth {
namespace {

TEST(Quantity, StopsAtTheEndsInsteadOfWrapping) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(milli(kMost) + milli(1), milli(kMost));
  EXPECT_EQ(milli(kLeast) + milli(-1), milli(kLeast));
  EXPECT_EQ(milli(kLeast) - milli(1), milli(kLeast));
  EXPECT_EQ(milli(0) - milli(kLeast), milli(kMost));
  EXPECT_EQ(bytes(kMost) * 2, bytes(kMost));
  EXPECT_EQ(bytes(kMost) * -2, bytes(kLeast));
  EXPECT_LT(milli(1), milli(2));
}

TEST(Name, ThatNobodyKnowsEqualsNothing) {
  EXPECT_EQ(name(7), name(7));
  EXPECT_FALSE(name(BERTH_ID_UNKNOWN) == name(BERTH_ID_UNKNOWN));
  EXPECT_FALSE(name());
  const berth_id some[] = {3, BERTH_ID_UNKNOWN, 5};
  EXPECT_TRUE(names(some, 3).contains(name(5)));
  EXPECT_FALSE(names(some, 3).contains(name(BERTH_ID_UNKNOWN)));
}

// A host of a later version, whose records are longer than those this was built with.
struct LongerShape {
  berth_node_shape known{};
  std::uint64_t added = ~0ull;
};

TEST(Records, AreWalkedByTheHostsStride) {
  LongerShape shapes[3];
  for (std::uint32_t i = 0; i < 3; ++i) {
    shapes[i].known.size = sizeof(LongerShape);
    shapes[i].known.sku = 10 + i;
  }
  berth_pool record{};
  record.shapes = &shapes[0].known;
  record.shape_count = 3;
  record.shape_stride = sizeof(LongerShape);
  const Pool pool(&record, nullptr);
  EXPECT_TRUE(pool.has_sku(name(12)));
  EXPECT_FALSE(pool.has_sku(name(13)));
  EXPECT_EQ(pool.shapes()[1].sku(), name(11));
}

TEST(ReasonText, ShowsNumbersInTheirUnits) {
  const auto text_of = [](berth_id id) { return "text " + std::to_string(id); };
  const berth_verdict plain = {BERTH_NEVER, 1, BERTH_UNIT_NONE, BERTH_UNIT_NONE, 1500, 3};
  const berth_verdict amounts = {BERTH_NEVER, 1, BERTH_UNIT_MILLI, BERTH_UNIT_BYTES, 1500, 3 << 29};
  const struct {
    const char* sentence;
    const berth_verdict& verdict;
    const char* text;
  } rows[] = {
      {"no figures", plain, "no figures"},
      {"{want} of {have}", plain, "1500 of 3"},
      {"{want:milli} of {have:text}", plain, "1.5 of text 3"},
      {"{want} and {have}", amounts, "1.5 and 1.5Gi"},
      {"{want:bytes}", plain, "1.46Ki"},
      {"{other} {want", plain, "{other} {want"},
      {"{}", plain, "{}"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(berth::testing::reason_text(row.sentence, row.verdict, text_of), row.text);
}

TEST(JsonText, EscapesAndMendsWhatIsNoUtf8) {
  EXPECT_EQ(json_quoted("a \"b\" \\ \n \x01"), R"("a \"b\" \\ \n \u0001")");
  EXPECT_EQ(json_quoted("gr\xC3\xB6\xC3\x9F"), "\"gr\xC3\xB6\xC3\x9F\"");
  EXPECT_EQ(json_quoted("\xFF|\xC3"), "\"\xEF\xBF\xBD|\xEF\xBF\xBD\"");
  EXPECT_EQ(json_quoted("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(Problems, AreWrittenAsAList) {
  problems found;
  EXPECT_EQ(found.json(), "[]");
  found.add("command.cpu", "not a quantity: \"x\"", "1");
  found.add("command.run", "is missing");
  EXPECT_EQ(found.json(), R"([{"path":"command.cpu","message":"not a quantity: \"x\"","hint":"1"},)"
                          R"({"path":"command.run","message":"is missing"}])");
}

TEST(Problems, AreNoneWhereThereAreOnlyNotes) {
  problems found;
  found.note("manifest.spec.backoffLimit", "is set to 0: retries are the job's own");
  EXPECT_TRUE(found.empty());
  EXPECT_EQ(found.json(), R"([{"path":"manifest.spec.backoffLimit",)"
                          R"("message":"is set to 0: retries are the job's own","note":true}])");
}

}  // namespace
}  // namespace berth
