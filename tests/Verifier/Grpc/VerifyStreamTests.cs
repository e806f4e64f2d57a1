using Grpc.Core;
using VerifyCall = Grpc.Core.AsyncDuplexStreamingCall<Understudy.Verifier.V1.VerifyRequest, Understudy.Verifier.V1.VerifyReply>;

namespace Understudy.Verifier.Tests.Grpc;

public sealed class VerifyStreamTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    private readonly RunningVerifier _verifier = fixture.Verifier;

    [Fact]
    public async Task Verify_TreesOfARemoteDraft_WriteWhatPlainGreedyWrites()
    {
        using var plain = _verifier.Greedy(_verifier.Reference.Tokenizer.Encode("the cat"), 40);
        var expected = plain.Tokens.ToArray();
        using var call = _verifier.Grpc.Verify();
        var begun = (await AskAsync(call, new() { Begin = Begin("the cat", 40) })).Begun;
        Assert.Equal(expected[0], begun.Token);
        Assert.Equal(_verifier.Reference.Tokenizer.Encode("the cat"), begun.Prompt);
        List<int> output = [begun.Token];
        var (turn, ended) = (0, false);
        while (!ended)
        {
            // Right tokens behind a wrong branch; sometimes nothing at all.
            var right = expected.Skip(output.Count).Take(turn++ % 4).ToArray();
            int[] tokens = turn % 5 == 0 ? [] : [(expected[Math.Min(output.Count, 39)] + 1) % begun.Vocabulary, .. right];
            var tree = new V1.TokenTree { Tokens = { tokens }, Parents = { tokens.Select((_, i) => i <= 1 ? -1 : i - 1) } };
            var path = (await AskAsync(call, new() { Tree = tree })).Path;
            output.AddRange(path.Nodes.Select(node => tokens[node]));
            if (path.HasCorrection)
            {
                output.Add(path.Correction);
            }

            ended = path.Ended;
        }

        Assert.Equal(expected, output);
        Assert.True(turn < 30, $"{turn} passes for 40 tokens: the draft's right tokens were not taken.");
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(new[] { 1, 2 }, new[] { 1, -1 }, "Node 0 has the parent 1")]
    [InlineData(new[] { 1, 2 }, new[] { -1, 1 }, "so there can be no cycle")]
    [InlineData(new[] { 1, 5000 }, new[] { -1, 0 }, "Node 1 has the token 5000")]
    [InlineData(new[] { 1, -3 }, new[] { -1, 0 }, "Node 1 has the token -3")]
    [InlineData(new[] { 1 }, new int[0], "each token needs one")]
    public async Task Verify_InvalidTree_IsRefusedAndTheServiceGoesOn(int[] tokens, int[] parents, string part)
    {
        var error = await FailAsync(new V1.TokenTree { Tokens = { tokens }, Parents = { parents } });
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Contains(part, error.Status.Detail, StringComparison.Ordinal);
        Assert.Equal("invalid_tree", error.Trailers.GetValue("understudy-code"));

        using var next = _verifier.Grpc.Verify();
        Assert.NotNull((await AskAsync(next, new() { Begin = Begin("the", 5) })).Begun);
        Assert.NotNull((await AskAsync(next, new() { Tree = new() })).Path);
    }

    [Fact]
    public async Task Verify_TreeTooLarge_NamesTheLimit()
    {
        var error = await FailAsync(new V1.TokenTree { Tokens = { new int[300] }, Parents = { Enumerable.Repeat(-1, 300) } });
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Contains("at most 256", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_WrongOrder_SaysWhatComesFirst()
    {
        using var noBegin = _verifier.Grpc.Verify();
        Assert.Contains("does not begin with 'begin'", (await FailAsync(noBegin, new() { Tree = new() })).Status.Detail, StringComparison.Ordinal);
        using var twice = _verifier.Grpc.Verify();
        await AskAsync(twice, new() { Begin = Begin("the", 5) });
        Assert.Contains("only 'tree' may follow", (await FailAsync(twice, new() { Begin = Begin("the", 5) })).Status.Detail, StringComparison.Ordinal);
        using var ended = _verifier.Grpc.Verify();
        Assert.True((await AskAsync(ended, new() { Begin = Begin("the", 1) })).Begun.Ended);
        Assert.Contains("has ended", (await FailAsync(ended, new() { Tree = new() })).Status.Detail, StringComparison.Ordinal);
    }

    internal static V1.VerifyBegin Begin(string prompt, int maxTokens) => new() { Model = "tiny", Prompt = new() { Text = prompt }, MaxTokens = maxTokens };

    internal static async Task<V1.VerifyReply> AskAsync(VerifyCall call, V1.VerifyRequest request)
    {
        await call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        return call.ResponseStream.Current;
    }

    private static async Task<RpcException> FailAsync(VerifyCall call, V1.VerifyRequest request) =>
        await Assert.ThrowsAsync<RpcException>(() => AskAsync(call, request));

    private async Task<RpcException> FailAsync(V1.TokenTree tree)
    {
        using var call = _verifier.Grpc.Verify();
        await AskAsync(call, new() { Begin = Begin("the", 20) });
        return await FailAsync(call, new() { Tree = tree });
    }
}
