#pragma once

// One builder a model, each in a file of its own; recommendation.cpp lists them.

#include "models/recommendation/recommendation.h"

namespace actlab {

std::shared_ptr<Network> build_lr(const Spec& model, const ActivationChoice& activation,
                                  const ClickShape& shape);
std::shared_ptr<Network> build_fm(const Spec& model, const ActivationChoice& activation,
                                  const ClickShape& shape);
std::shared_ptr<Network> build_click_mlp(const Spec& model, const ActivationChoice& activation,
                                         const ClickShape& shape);
std::shared_ptr<Network> build_wide_deep(const Spec& model, const ActivationChoice& activation,
                                         const ClickShape& shape);
std::shared_ptr<Network> build_deepfm(const Spec& model, const ActivationChoice& activation,
                                      const ClickShape& shape);
std::shared_ptr<Network> build_dcn(const Spec& model, const ActivationChoice& activation,
                                   const ClickShape& shape);
std::shared_ptr<Network> build_din(const Spec& model, const ActivationChoice& activation,
                                   const ClickShape& shape);

}  // namespace actlab
