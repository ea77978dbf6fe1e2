#include "models/vision/vision.h"
