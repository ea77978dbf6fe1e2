#pragma once

// One builder a model, each in a file of its own; vision.cpp lists them.

#include "models/vision/vision.h"

namespace actlab {

std::shared_ptr<Network> build_mlp(const Spec& model, const ActivationChoice& activation,
                                   const ImageShape& shape);
std::shared_ptr<Network> build_cnn(const Spec& model, const ActivationChoice& activation,
                                   const ImageShape& shape);
std::shared_ptr<Network> build_lenet(const Spec& model, const ActivationChoice& activation,
                                     const ImageShape& shape);
std::shared_ptr<Network> build_vgg(const Spec& model, const ActivationChoice& activation,
                                   const ImageShape& shape);
std::shared_ptr<Network> build_resnet(const Spec& model, const ActivationChoice& activation,
                                      const ImageShape& shape);

}  // namespace actlab
