#include "plugins/instance.hpp"

#include <utility>

#include "base/text.hpp"

namespace berth {

void TextSink::write(void* context, berth_str text) {
  auto& sink = *static_cast<TextSink*>(context);
  if (text.data == nullptr || text.size == 0) return;
  if (text.size > sink.bytes_max_ - sink.text_.size()) {
    sink.overflowed_ = true;
  } else {
    sink.text_.append(text.data, text.size);
  }
}

Instance::Instance(std::shared_ptr<InstanceRecord> record, const Surroundings& surroundings)
    : record_(std::move(record)), surroundings_(surroundings) {}

Result<std::unique_ptr<Instance>> Instance::make(std::shared_ptr<InstanceRecord> record,
                                                 const std::string& sha256, Confinement confinement,
                                                 const OptionValues& values,
                                                 const Surroundings& surroundings) {
  std::unique_ptr<Instance> made(new Instance(std::move(record), surroundings));
  if (confinement != Confinement::kNone) return made;
  made->number_ = surroundings.breadcrumb->enrol(sha256, made->descriptor().id, made->name());
  if (const auto created = made->create(values); !created) return created.error();
  return made;
}

Result<void> Instance::create(const OptionValues& values) {
  const berth_host* const host = surroundings_.services->host_for(name());
  TextSink why(surroundings_.budgets.text_bytes_max);
  run([&](void*) {
    handle_ = descriptor().create(host, values.data(), values.size(), why.record());
    return 0;
  });
  if (handle_ != nullptr) return {};
  const std::string said = clean_utf8(why.text(), 1024);
  return record_->failed(said.empty() ? "could not be made and did not say why"
                                      : "could not be made: " + said);
}

Instance::~Instance() {
  if (handle_ == nullptr) return;
  run([&](void* handle) {
    descriptor().destroy(handle);
    return 0;
  });
}

}  // namespace berth
