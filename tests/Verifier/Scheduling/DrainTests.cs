using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json.Nodes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Tests;
using Understudy.Verifier.Scheduling;
using Understudy.Verifier.Tests.Grpc;

namespace Understudy.Verifier.Tests.Scheduling;

public sealed class DrainTests
{
    private const string Path = "/v1/completions";

    [Fact]
    public async Task Stop_WithARequestRunning_FinishesItAndTakesNothingNew()
    {
        await using var verifier = await RunningVerifier.StartAsync("--Scheduling:DrainSeconds=60");
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(verifier));
        var lane = await verifier.Turns.TakeAsync(TestContext.Current.CancellationToken);
        var running = verifier.PostAsync(Path, SharingTests.Request(6));
        await Eventually.TrueAsync(() => verifier.Turns.Waiting == 1, "the request was in line");

        var stopping = verifier.App.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync(verifier));
        Assert.Equal(HttpStatusCode.OK, (await verifier.Http.GetAsync("/health/live", TestContext.Current.CancellationToken)).StatusCode);
        using (var refused = await verifier.PostAsync(Path, SharingTests.Request(6)))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        Assert.False(stopping.IsCompleted);
        lane.Dispose();
        using (var answer = await running)
        {
            Assert.True(answer.IsSuccessStatusCode);
            Assert.Contains("\"completion_tokens\":6", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => ReadyAsync(verifier));
    }

    [Fact]
    public async Task Stop_WithARequestWaiting_FinishesItToo()
    {
        await using var verifier = await RunningVerifier.StartAsync("--Scheduling:DrainSeconds=60", "--Scheduling:Running=1");
        var lane = await verifier.Turns.TakeAsync(TestContext.Current.CancellationToken);
        var running = verifier.PostAsync(Path, SharingTests.Request(6));
        await Eventually.TrueAsync(() => verifier.Turns.Waiting == 1, "the first request was in line");
        var waiting = verifier.PostAsync(Path, SharingTests.Request(6));
        await Eventually.TrueAsync(() => verifier.Admission.Waiting == 1, "the second request waited");

        var stopping = verifier.App.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync(verifier));
        lane.Dispose();

        Assert.Equal(HttpStatusCode.OK, (await running).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
        await stopping;
    }

    [Fact]
    public async Task Stop_WhenTheTimeIsUp_EndsWhatStillRuns()
    {
        await using var verifier = await RunningVerifier.StartAsync("--Scheduling:DrainSeconds=0");
        using var lane = await verifier.Turns.TakeAsync(TestContext.Current.CancellationToken);
        var running = verifier.PostAsync(Path, SharingTests.Request(6));
        await Eventually.TrueAsync(() => verifier.Turns.Waiting == 1, "the request was in line");
        await verifier.App.StopAsync(TestContext.Current.CancellationToken);
        using var answer = await running;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(0, verifier.Admission.Running);
    }

    [Fact]
    public async Task Stop_WhenTheTimeIsUp_EndsOpenVerifyStreams()
    {
        await using var verifier = await RunningVerifier.StartAsync("--Scheduling:DrainSeconds=0");
        using var call = verifier.Grpc.Verify();
        await VerifyStreamTests.AskAsync(call, new() { Begin = VerifyStreamTests.Begin("the cat", 20) });
        await verifier.App.StopAsync(TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Contains(error.StatusCode, (StatusCode[])[StatusCode.Unavailable, StatusCode.Internal]); // Internal: the connection closed first
        Assert.Equal(0, verifier.Admission.Streams);
    }

    /// <summary>The time may be up between a pass and the writing of what came of it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Expire_BetweenAPassAndItsWrite_LeavesTheAnswerReadable(bool stream)
    {
        const string Model = "expiring";
        using var folder = new TemporaryFolder();
        await using var verifier = await RunningVerifier.StartAsync($"--Serve:{Model}:Path={TinyModels.Write(folder.At(Model))}", "--Scheduling:Speculate=false");
        using var listener = ExpireAfterAPass(verifier, "gen_ai.server.time_to_first_token", Model);
        using var answer = await verifier.PostAsync(
            "/v1/chat/completions", $$"""{"model":"{{Model}}","messages":[{"role":"user","content":"the cat"}],"temperature":0,"max_tokens":{{(stream ? 20 : 1)}},"stream":{{(stream ? "true" : "false")}}}""");
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(verifier.App.Services.GetRequiredService<Drain>().Expired.IsCancellationRequested); // or nothing was tried
        if (!stream)
        {
            Assert.NotNull(JsonNode.Parse(text)!["choices"]);
            return;
        }

        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(data => JsonNode.Parse(data["data: ".Length..])!).ToList();
        Assert.All(events[..^1], data => Assert.NotNull(data["choices"]));
        Assert.Equal("not_ready", (string?)events[^1]["error"]!["code"]);
    }

    [Fact]
    public async Task Expire_BetweenAPassAndItsReply_SaysSoBehindTheReply()
    {
        const string Model = "expiring-grpc";
        using var folder = new TemporaryFolder();
        await using var verifier = await RunningVerifier.StartAsync($"--Serve:{Model}:Path={TinyModels.Write(folder.At(Model))}", "--Scheduling:Speculate=false");
        using var listener = ExpireAfterAPass(verifier, "gen_ai.server.time_to_first_token", Model);
        using var call = verifier.Grpc.Generate(new() { Model = Model, Prompt = new() { Text = "the cat" }, MaxTokens = 20 });

        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.NotEmpty(call.ResponseStream.Current.Tokens);
        await AssertUnavailableAsync(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Expire_BetweenATreeAndItsReply_SaysSoBehindTheReply()
    {
        const string Model = "expiring-stream";
        using var folder = new TemporaryFolder();
        await using var verifier = await RunningVerifier.StartAsync($"--Serve:{Model}:Path={TinyModels.Write(folder.At(Model))}");
        using var listener = ExpireAfterAPass(verifier, "understudy.verifier.accepted_length", Model);
        using var call = verifier.Grpc.Verify();
        var begin = VerifyStreamTests.Begin("the cat", 20);
        begin.Model = Model;
        await VerifyStreamTests.AskAsync(call, new() { Begin = begin });

        Assert.NotNull((await VerifyStreamTests.AskAsync(call, new() { Tree = new() })).Path);
        await AssertUnavailableAsync(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
    }

    private static async Task AssertUnavailableAsync(Func<Task> read)
    {
        var error = await Assert.ThrowsAsync<RpcException>(read);
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.NotNull(error.Trailers.GetValue("retry-after"));
    }

    /// <summary>The time is up as soon as a model has said something.</summary>
    /// <param name="instrument">Measured after a pass.</param>
    private static MeterListener ExpireAfterAPass(RunningVerifier verifier, string instrument, string model)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (published, listening) =>
            {
                if (published.Name == instrument)
                {
                    listening.EnableMeasurementEvents(published);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            if (tags.ToArray().Any(tag => model.Equals(tag.Value)))
            {
                verifier.App.Services.GetRequiredService<Drain>().Expire();
            }
        });
        listener.Start();
        return listener;
    }

    private static async Task<HttpStatusCode> ReadyAsync(RunningVerifier verifier)
    {
        using var response = await verifier.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
