using Grpc.Core;
using Understudy.Inference.Candidates;

namespace Understudy.Verifier.Tests.Grpc;

public sealed class GenerateAndScoreTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    private readonly RunningVerifier _verifier = fixture.Verifier;

    [Fact]
    public async Task Generate_Greedy_StreamsWhatTheModelWritesByItself()
    {
        using var expected = _verifier.Greedy(_verifier.Reference.Tokenizer.Encode("the cat sat"), 50);
        using var call = _verifier.Grpc.Generate(new() { Model = "tiny", Prompt = new() { Text = "the cat sat" }, MaxTokens = 50 });
        var replies = await call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(expected.Text, string.Concat(replies.Select(reply => reply.Text)));
        Assert.Equal(expected.Tokens.ToArray(), replies.SelectMany(reply => reply.Tokens));
        Assert.All(replies[..^1], reply => Assert.Equal(V1.Finish.Unspecified, reply.Finish));
        Assert.Equal((V1.Finish.Length, 50), (replies[^1].Finish, replies[^1].Usage.Tokens));
        Assert.Equal(50, 1 + (replies[^1].Usage.Forwards * replies[^1].Usage.AcceptedLength), 1e-6);
    }

    [Fact]
    public async Task Score_Candidates_AreWhatTheScorerSays()
    {
        var tokenizer = _verifier.Reference.Tokenizer;
        using var session = _verifier.Reference.Decoder.NewSession();
        var expected = CandidateScorer.Score(session, tokenizer.Encode("the cat sat on"), [tokenizer.Encode(" the mat"), tokenizer.Encode(" the dog"), [7, 8]]);
        var reply = await _verifier.Grpc.ScoreAsync(new()
        {
            Model = "tiny",
            Prompt = new() { Text = "the cat sat on" },
            Candidates = { new V1.Prompt { Text = " the mat" }, new V1.Prompt { Text = " the dog" }, new V1.Prompt { Tokens = new() { Ids = { 7, 8 } } } },
        });
        Assert.Equal(expected, reply.LogLikelihoods, (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public async Task Score_TooMany_NamesTheLimit()
    {
        var error = await FailScoreAsync(new() { Model = "tiny", Prompt = new() { Text = "a" }, Candidates = { new V1.Prompt { Tokens = new() { Ids = { Enumerable.Repeat(4, 41) } } } } });
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Contains("Limits:CandidateTokens", error.Status.Detail, StringComparison.Ordinal);
        Assert.Equal("candidates", error.Trailers.GetValue("understudy-field"));
    }

    [Fact]
    public async Task Score_NoCandidateOrEmptyOne_SaysWhich()
    {
        Assert.Contains("'candidates' is empty", (await FailScoreAsync(new() { Model = "tiny", Prompt = new() { Text = "a" } })).Status.Detail, StringComparison.Ordinal);
        Assert.Contains("candidates[0]", (await FailScoreAsync(new() { Model = "tiny", Prompt = new() { Text = "a" }, Candidates = { new V1.Prompt { Text = "" } } })).Status.Detail, StringComparison.Ordinal);
        Assert.Contains("'prompt' is missing", (await FailScoreAsync(new() { Model = "tiny" })).Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_UnknownModelOrWrongSampling_HasItsStatus()
    {
        Assert.Equal(StatusCode.NotFound, (await FailGenerateAsync(new V1.GenerateRequest { Model = "gpt", Prompt = new() { Text = "a" } })).StatusCode);
        var sampling = await FailGenerateAsync(new V1.GenerateRequest { Model = "tiny", Prompt = new() { Text = "a" }, Sampling = new() { Temperature = -1, TopP = 2 } });
        Assert.Equal(StatusCode.InvalidArgument, sampling.StatusCode);
        Assert.Contains("Temperature is -1", sampling.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("TopP is 2", sampling.Status.Detail, StringComparison.Ordinal);
        var tooLong = await FailGenerateAsync(new V1.GenerateRequest { Model = "tiny", Prompt = new() { Tokens = new() { Ids = { Enumerable.Repeat(3, 640) } } } });
        Assert.Equal("context_length_exceeded", tooLong.Trailers.GetValue("understudy-code"));
    }

    [Fact]
    public async Task Generate_MoreThanFourStopStrings_NamesTheField()
    {
        var error = await FailGenerateAsync(new V1.GenerateRequest { Model = "tiny", Prompt = new() { Text = "a" }, Stop = { "b", "c", "d", "e", "f" } });
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal("stop", error.Trailers.GetValue("understudy-field"));
    }

    private async Task<RpcException> FailScoreAsync(V1.ScoreRequest request) => await Assert.ThrowsAsync<RpcException>(async () => await _verifier.Grpc.ScoreAsync(request));

    private async Task<RpcException> FailGenerateAsync(V1.GenerateRequest request)
    {
        using var call = _verifier.Grpc.Generate(request);
        return await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
    }
}
