// Follows the job's own wishes: the weight of those that the pool meets, of the weight of all.
#include <berth/place_labels.hpp>
#include <berth/scorer.hpp>

namespace {

struct Prefers {
  berth::PlaceLabels labels;

  void start(const berth::Host& host) { labels = berth::PlaceLabels(host); }

  double score(const berth::Job& job, const berth::Pool& pool) const {
    double met = 0;
    double all = 0;
    for (const berth_preference& wish : job.preferences()) {
      if (wish.weight <= 0) continue;
      const auto weight = static_cast<double>(wish.weight);
      all += weight;
      const berth::name value = labels.value(pool, berth::name(wish.label.key));
      if (value && value == berth::name(wish.label.value)) met += weight;
    }
    return all > 0 ? met / all : 0.0;
  }
};

}  // namespace

BERTH_MODULE(berth::define_scorer<Prefers>("prefers", "1.0.0", "The pool that meets most wishes"))
