"""The client of the Python package `websockets`, where it is installed."""

import asyncio

import wire


async def everything():
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed

    url = f"ws://127.0.0.1:{wire.PORT}/v5/public/linear?x=%7B"
    async with connect(url, additional_headers={"X-Custom": "c"}, max_size=None) as socket:
        for size in [0, 1, 1000, 1 << 20, 3 << 20]:
            await socket.send("a" * size)
            assert await socket.recv() == "a" * size
        await socket.send(["in ", "three ", "parts"])
        assert await socket.recv() == "in three parts"
        await (await socket.ping("payload"))
        await socket.send("ping there")
        assert await socket.recv() == "ponged there"
        await socket.send("close 4005 words")
        assert await socket.recv() == "before"
        try:
            await socket.recv()
            raise AssertionError("not closed")
        except ConnectionClosed as closed:
            assert (closed.rcvd.code, closed.rcvd.reason) == (4005, "words"), closed

    async def one(number):
        async with connect(url) as socket:
            for turn in range(20):
                await socket.send(f"{number} {turn}")
                assert await socket.recv() == f"{number} {turn}"

    await asyncio.gather(*[one(number) for number in range(50)])


def others():
    try:
        import websockets
    except ImportError:
        raise SystemExit("skip: Python's websockets is not installed")
    asyncio.run(everything())


wire.main({"others": others})
