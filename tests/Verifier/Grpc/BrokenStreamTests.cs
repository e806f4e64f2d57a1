using Grpc.Core;

namespace Understudy.Verifier.Tests.Grpc;

/// <summary>However a Verify stream ends, its place and its cache are free again.</summary>
public sealed class BrokenStreamTests
{
    private const string Prompt = "the cat and the dog and the other cat sat on the mat";

    [Theory]
    [InlineData("half closed")]
    [InlineData("cancelled")]
    [InlineData("broken off")]
    [InlineData("idle")]
    public async Task Verify_StreamThatStopsHalfWay_FreesItsCache(string how)
    {
        await using var verifier = await RunningVerifier.StartAsync("--Scheduling:Streams=1", "--Scheduling:StreamIdleSeconds=" + (how == "idle" ? 1 : 600));
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress(verifier.App.Services.GetService(typeof(Listeners)) is Listeners listeners ? listeners.Grpc : null!);
        var call = new V1.Verifier.VerifierClient(channel).Verify();
        Assert.Equal(0, (await VerifyStreamTests.AskAsync(call, new() { Begin = VerifyStreamTests.Begin(Prompt, 50) })).Begun.CachedTokens);
        await VerifyStreamTests.AskAsync(call, new() { Tree = new() { Tokens = { 1, 2 }, Parents = { -1, 0 } } });
        Assert.Equal(1, verifier.Admission.Streams);

        using var second = verifier.Grpc.Verify();
        var full = await Assert.ThrowsAsync<RpcException>(() => VerifyStreamTests.AskAsync(second, new() { Begin = VerifyStreamTests.Begin(Prompt, 50) }));
        Assert.Equal(StatusCode.ResourceExhausted, full.StatusCode);
        Assert.NotNull(full.Trailers.GetValue("retry-after"));

        switch (how)
        {
            case "half closed":
                await call.RequestStream.CompleteAsync();
                Assert.False(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
                break;
            case "cancelled":
                call.Dispose();
                break;
            case "broken off":
                await channel.ShutdownAsync();
                channel.Dispose();
                break;
            default:
                var idle = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
                Assert.Equal(StatusCode.DeadlineExceeded, idle.StatusCode);
                break;
        }

        await Eventually.TrueAsync(() => verifier.Admission.Streams == 0, "the stream's place was given back");
        using var third = verifier.Grpc.Verify();
        var begun = (await VerifyStreamTests.AskAsync(third, new() { Begin = VerifyStreamTests.Begin(Prompt, 50) })).Begun;
        Assert.Equal(begun.Prompt.Count - 1, begun.CachedTokens); // the sequence of the first stream, given back
        call.Dispose();
    }
}
