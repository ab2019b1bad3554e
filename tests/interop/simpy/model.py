"""The model of `benches/simulate.rs --like-simpy` in SimPy: Poisson arrivals at 1,000 records a second, each to one
of 16 partitions with equal chances, one consumer for each partition, exponential processing at a utilisation of 0.8.
Written as SimPy's own bank example is, a process for each record; prints records per second and the mean wait."""

import random
import sys
import time

import simpy

PARTITIONS = 16
RATE = 1_000.0
UTILISATION = 0.8


def record(env, consumer, mean, waits):
    arrived = env.now
    with consumer.request() as turn:
        yield turn
        waits.append(env.now - arrived)
        yield env.timeout(random.expovariate(1.0 / mean))


def producer(env, consumers, mean, waits):
    while True:
        yield env.timeout(random.expovariate(RATE))
        env.process(record(env, random.choice(consumers), mean, waits))


def main():
    seconds = float(sys.argv[1])
    random.seed(1)
    env = simpy.Environment()
    consumers = [simpy.Resource(env, capacity=1) for _ in range(PARTITIONS)]
    waits = []
    env.process(producer(env, consumers, UTILISATION * PARTITIONS / RATE, waits))
    began = time.perf_counter()
    env.run(until=seconds)
    took = time.perf_counter() - began
    print(f"{len(waits) / took:.0f} {sum(waits) / len(waits):.5f}")


if __name__ == "__main__":
    main()
