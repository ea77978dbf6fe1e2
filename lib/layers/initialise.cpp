#include "lib/layers/initialise.h"
