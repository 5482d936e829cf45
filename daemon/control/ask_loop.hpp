// A question to the loop whose answer is worked on where the loop does not wait for it.
#pragma once

#include <utility>

#include "control/control.hpp"

namespace berth {

// `ask(engine)` runs on the loop and gives a value; `then(value)` runs on an I/O thread. [any]
template <typename Ask, typename Then>
void ask_loop(Control& control, Ask ask, Then then) {
  control.loop.post([&control, ask = std::move(ask), then = std::move(then)] {
    control.io.run([value = ask(control.engine), then] { then(value); });
  });
}

}  // namespace berth
