using System.Net;
using Grpc.Core;
using Understudy.Inference.Candidates;
using Understudy.Inference.Decoding;
using Understudy.Tests;
using Understudy.Training.Onnx;

namespace Understudy.Verifier.Tests.Scheduling;

/// <summary>The test holds the only lane, so that it decides when a step may be made.</summary>
public sealed class SharingTests
{
    private const string Path = "/v1/completions";

    [Fact]
    public async Task Request_BeyondTheQueue_IsTurnedAwayAndTheOthersAreAnswered()
    {
        await using var verifier = await RunningVerifier.StartAsync("--Scheduling:Running=1", "--Scheduling:Waiting=1");
        var lane = await verifier.Turns.TakeAsync(TestContext.Current.CancellationToken);
        var running = verifier.PostAsync(Path, Request(5));
        await Eventually.TrueAsync(() => verifier.Admission.Running == 1, "the first request was let in");
        var waiting = verifier.PostAsync(Path, Request(5));
        await Eventually.TrueAsync(() => verifier.Admission.Waiting == 1, "the second request waited");

        using (var refused = await verifier.PostAsync(Path, Request(5)))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
            Assert.Contains("\"code\":\"queue_full\"", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        using var call = verifier.Grpc.Generate(new() { Model = "tiny", Prompt = new() { Text = "a" } });
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.NotNull(error.Trailers.GetValue("retry-after"));

        lane.Dispose();
        Assert.True((await running).IsSuccessStatusCode);
        Assert.True((await waiting).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Schema_OfARequestWithoutAPlace_IsNotCompiled()
    {
        await using var verifier = await RunningVerifier.StartAsync("--Scheduling:Running=1", "--Scheduling:Waiting=0");
        const string Wrong = """{"model":"tiny","prompt":"a","response_format":{"type":"json_schema","json_schema":{"schema":{}}}}""";
        using (await verifier.Admission.EnterAsync(TestContext.Current.CancellationToken))
        {
            using var refused = await verifier.PostAsync(Path, Wrong);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        }

        using var wrong = await verifier.PostAsync(Path, Wrong);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task Requests_LongAndShort_TakeTurns()
    {
        await using var verifier = await RunningVerifier.StartAsync("--Scheduling:Speculate=false");
        var lane = await verifier.Turns.TakeAsync(TestContext.Current.CancellationToken);
        var longer = verifier.PostAsync(Path, Request(400));
        await Eventually.TrueAsync(() => verifier.Turns.Waiting == 1, "the long request was in line");
        var shorter = verifier.PostAsync(Path, Request(4));

        // The test stands in line behind both: when its turn comes, each of them has made one step.
        const int Steps = 4;
        for (var step = 0; step < Steps; step++)
        {
            await Eventually.TrueAsync(() => verifier.Turns.Waiting == 2, "both requests were in line");
            var next = verifier.Turns.TakeAsync(TestContext.Current.CancellationToken);
            lane.Dispose();
            lane = await next;
        }

        (await shorter).EnsureSuccessStatusCode();
        Assert.Equal(1 + (Steps * 3), verifier.Turns.Taken); // the long one has made as many steps, and its rest is still to come
        lane.Dispose();
        (await longer).EnsureSuccessStatusCode();
        Assert.Equal(1 + Steps + 400 + Steps, verifier.Turns.Taken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_Gone_StopsTheWorkWithinOneStep(bool stream)
    {
        await using var verifier = await RunningVerifier.StartAsync("--Scheduling:Speculate=false");
        using var gone = new CancellationTokenSource();
        var lane = await verifier.Turns.TakeAsync(TestContext.Current.CancellationToken);
        var request = verifier.PostAsync(Path, Request(500, stream), HttpCompletionOption.ResponseHeadersRead, gone.Token);
        await Eventually.TrueAsync(() => verifier.Turns.Waiting == 1, "the request was in line");

        // Let it make a step or more, then take the lane from it.
        lane.Dispose();
        lane = await verifier.Turns.TakeAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => verifier.Turns.Waiting == 1, "the request was in line for its next step");
        var taken = verifier.Turns.Taken;
        await gone.CancelAsync();
        using (var response = request.IsCompletedSuccessfully ? await request : null)
        {
        }

        await Eventually.TrueAsync(() => verifier.Admission.Running == 0, "the request's place was given back");
        Assert.Equal((taken, 0), (verifier.Turns.Taken, verifier.Turns.Waiting));
        lane.Dispose();
        Assert.NotNull(await verifier.AskAsync(Path, Request(3)));
        await Assert.ThrowsAnyAsync<Exception>(async () => await (await request).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Client_GoneWhileWaiting_LeavesTheQueue()
    {
        await using var verifier = await RunningVerifier.StartAsync("--Scheduling:Running=1");
        var lane = await verifier.Turns.TakeAsync(TestContext.Current.CancellationToken);
        var running = verifier.PostAsync(Path, Request(2));
        await Eventually.TrueAsync(() => verifier.Admission.Running == 1, "the first request was let in");
        using var gone = new CancellationTokenSource();
        var waiting = verifier.PostAsync(Path, Request(2), cancellationToken: gone.Token);
        await Eventually.TrueAsync(() => verifier.Admission.Waiting == 1, "the second request waited");
        await gone.CancelAsync();
        await Eventually.TrueAsync(() => verifier.Admission.Waiting == 0, "the second request left");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        lane.Dispose();
        (await running).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Score_LongPrompt_TakesATurnForEachPartAndForCandidatesThatAreNoTree()
    {
        using var folder = new TemporaryFolder();
        var path = TinyModels.Write(folder.At("chain"), family: DecoderFamily.HuggingFace);
        await using var verifier = await RunningVerifier.StartAsync($"--Serve:chain:Path={path}", "--Scheduling:PromptTokensPerTurn=16", "--Scheduling:Speculate=false");
        using var chain = LanguageModel.Load(path);
        foreach (var (name, model, steps) in ((string, LanguageModel, int)[])[(RunningVerifier.Model, verifier.Reference, 1), ("chain", chain, 3)])
        {
            var before = verifier.Turns.Taken;
            var reply = await verifier.Grpc.ScoreAsync(Scored(name), cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(2 + steps, verifier.Turns.Taken - before); // 40 tokens are two parts and a rest
            using var session = model.NewSession();
            var expected = CandidateScorer.Score(session, [.. Scored(name).Prompt.Tokens.Ids], [.. Scored(name).Candidates.Select(candidate => (int[])[.. candidate.Tokens.Ids])]);
            Assert.Equal(expected, reply.LogLikelihoods, (a, b) => Math.Abs(a - b) < 1e-3);
        }
    }

    [Fact]
    public async Task Score_ClientGone_StopsBeforeTheNextTurn()
    {
        await using var verifier = await RunningVerifier.StartAsync("--Scheduling:PromptTokensPerTurn=16", "--Scheduling:Speculate=false");
        using var gone = new CancellationTokenSource();
        var lane = await verifier.Turns.TakeAsync(TestContext.Current.CancellationToken);
        var call = verifier.Grpc.ScoreAsync(Scored(RunningVerifier.Model), cancellationToken: gone.Token).ResponseAsync;
        await Eventually.TrueAsync(() => verifier.Turns.Waiting == 1, "the request was in line");
        var next = verifier.Turns.TakeAsync(TestContext.Current.CancellationToken);
        lane.Dispose();
        lane = await next;
        await Eventually.TrueAsync(() => verifier.Turns.Waiting == 1, "the request was in line for its second part");
        var taken = verifier.Turns.Taken;
        await gone.CancelAsync();
        await Eventually.TrueAsync(() => verifier.Admission.Running == 0, "the request's place was given back");
        Assert.Equal((taken, 0), (verifier.Turns.Taken, verifier.Turns.Waiting));
        lane.Dispose();
        await Assert.ThrowsAsync<RpcException>(() => call);
    }

    private static V1.ScoreRequest Scored(string model) => new()
    {
        Model = model,
        Prompt = new() { Tokens = new() { Ids = { Enumerable.Range(10, 40) } } },
        Candidates = { Enumerable.Range(0, 3).Select(i => new V1.Prompt { Tokens = new() { Ids = { 20, 30 + i } } }) },
    };

    internal static string Request(int tokens, bool stream = false) =>
        $$"""{"model":"tiny","prompt":"the cat","temperature":0,"logit_bias":{},"max_tokens":{{tokens}},"stream":{{(stream ? "true" : "false")}}}""";
}
