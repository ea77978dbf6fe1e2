#include "lib/training/trainer.h"
