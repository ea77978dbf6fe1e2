#include "lib/layers/layers.h"
