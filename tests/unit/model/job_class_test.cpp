#include "model/job_class.hpp"

#include <gtest/gtest.h>

#include <random>

namespace berth {
namespace {

JobClass full_class() {
  JobClass wanted;
  wanted.type = "ray";
  wanted.project = "eta";
  wanted.groups = {{"head", 1, 4000, 16LL << 30, 0, {}, {}},
                   {"gpu", 4, 8000, 64LL << 30, 1000, {"A100-80GB", "H100"}, {{"fpga", 500}}}};
  wanted.regions = {"us-west"};
  wanted.zones = {"a", "b"};
  wanted.expressions = {{"env", Operator::kNotIn, {"canary"}}, {"ssd", Operator::kExists, {}}};
  wanted.preferences = {{"zone", "us-west-1a", 20}};
  wanted.cluster = "west";
  wanted.pool = "gpu-a";
  wanted.preemptible = true;
  return wanted;
}

// Classes of any content, equal for equal seeds.
class AnyClass {
 public:
  explicit AnyClass(unsigned seed) : chance_(seed) {}

  JobClass make() {
    JobClass wanted;
    wanted.type = text();
    wanted.project = text();
    for (std::size_t i = size(); i > 0; --i) wanted.groups.push_back(group());
    wanted.regions = texts();
    wanted.zones = texts();
    for (std::size_t i = size(); i > 0; --i)
      wanted.expressions.push_back({text(), static_cast<Operator>(1 + chance_() % 4), texts()});
    for (std::size_t i = size(); i > 0; --i)
      wanted.preferences.push_back({text(), text(), number()});
    wanted.cluster = text();
    wanted.pool = text();
    wanted.preemptible = chance_() % 2 == 0;
    return wanted;
  }

 private:
  std::size_t size() { return chance_() % 4; }
  std::int64_t number() { return static_cast<std::int64_t>(chance_()); }
  std::string text() {
    std::string bytes(chance_() % 20, '\0');
    for (char& byte : bytes) byte = static_cast<char>(chance_());
    return bytes;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> all(size());
    for (std::string& each : all) each = text();
    return all;
  }
  Group group() {
    Group made{text(), number(), number(), number(), number(), texts(), {}};
    for (std::size_t i = size(); i > 0; --i) made.extra[text()] = number();
    return made;
  }

  std::mt19937_64 chance_;
};

TEST(JobClass, IsReadBackAsItWasWritten) {
  EXPECT_EQ(decode_class(encode_class({})).value(), JobClass{});
  EXPECT_EQ(decode_class(encode_class(full_class())).value(), full_class());
  for (unsigned seed = 0; seed < 500; ++seed) {
    const JobClass wanted = AnyClass(seed).make();
    EXPECT_EQ(decode_class(encode_class(wanted)).value(), wanted) << "seed " << seed;
  }
}

TEST(JobClass, HasEqualBytesExactlyWhenEqual) {
  EXPECT_EQ(encode_class(full_class()), encode_class(full_class()));
  JobClass other = full_class();
  other.groups[1].extra["fpga"] = 501;
  EXPECT_NE(encode_class(other), encode_class(full_class()));
  JobClass shifted = full_class();
  std::swap(shifted.cluster, shifted.pool);
  EXPECT_NE(encode_class(shifted), encode_class(full_class()));
}

TEST(JobClass, CutShortAnywhereIsRefused) {
  const std::string bytes = encode_class(full_class());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto decoded = decode_class(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(decoded) << size;
    EXPECT_EQ(decoded.error().code, "BadClass");
  }
  EXPECT_FALSE(decode_class(bytes + "x"));
}

TEST(JobClass, WithForeignBytesIsRefusedOrReadButNeverHurts) {
  std::mt19937_64 chance(1);
  const std::string good = encode_class(full_class());
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = good;
    bytes[chance() % bytes.size()] = static_cast<char>(chance());
    (void)decode_class(bytes);
  }
}

TEST(JobClass, CountsTheGpusOfTheWholeGang) {
  EXPECT_EQ(total_gpu_milli(full_class()), 4000);
  EXPECT_EQ(total_gpu_milli({}), 0);
}

}  // namespace
}  // namespace berth
