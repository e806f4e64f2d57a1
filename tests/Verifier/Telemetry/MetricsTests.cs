using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Understudy.Inference.Decoding;
using Understudy.Tests;
using Understudy.Verifier.Tests.Grpc;

namespace Understudy.Verifier.Tests.Telemetry;

/// <summary>What is measured of a request, and what of each of its outputs.</summary>
public sealed class MetricsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Completion_SeveralOutputs_HasOneFirstTokenAndCountsEachPromptOnce(bool stream)
    {
        const string Model = "measured";
        using var folder = new TemporaryFolder();
        await using var verifier = await RunningVerifier.StartAsync($"--Serve:{Model}:Path={TinyModels.Write(folder.At(Model))}");
        var (firstTokens, promptTokens) = (new ConcurrentQueue<double>(), new ConcurrentQueue<long>());
        using var listener = Listen(Model, ("gen_ai.server.time_to_first_token", firstTokens), ("understudy.verifier.prompt_tokens", promptTokens));

        using var response = await verifier.PostAsync(
            "/v1/completions", $$"""{"model":"{{Model}}","prompt":[[3,4],[5,6,7]],"n":3,"max_tokens":4,"temperature":1,"stream":{{(stream ? "true" : "false")}}}""");
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Single(firstTokens);
        Assert.Equal([2, 3], promptTokens);
    }

    [Fact]
    public async Task Verify_PathThatEndsTheText_CountsNoTokenBehindIt()
    {
        const string Model = "measured-stream";
        using var folder = new TemporaryFolder();
        var path = TinyModels.Write(folder.At(Model));
        int[] prompt = [3, 4], output;
        using (var free = LanguageModel.Load(path))
        using (var generation = free.Generate(prompt, new() { MaxTokens = 20 }))
        {
            output = generation.Run(TestContext.Current.CancellationToken).Tokens.ToArray();
        }

        var end = Enumerable.Range(2, 18).First(at => Array.IndexOf(output, output[at]) == at);
        await File.WriteAllTextAsync(folder.At($"{Model}/generation_config.json"), $$"""{"eos_token_id":{{output[end]}}}""", TestContext.Current.CancellationToken);
        await using var verifier = await RunningVerifier.StartAsync($"--Serve:{Model}:Path={path}");
        var (tokens, lengths) = (new ConcurrentQueue<long>(), new ConcurrentQueue<double>());
        using var listener = Listen(Model, ("understudy.verifier.accepted_length", lengths), ("understudy.verifier.output_tokens", tokens));
        using var call = verifier.Grpc.Verify();
        await VerifyStreamTests.AskAsync(call, new() { Begin = new() { Model = Model, Prompt = new() { Tokens = new() { Ids = { prompt } } }, MaxTokens = 40 } });

        var tree = new V1.TokenTree { Tokens = { output[1..(end + 1)] }, Parents = { Enumerable.Range(-1, end) } };
        var taken = (await VerifyStreamTests.AskAsync(call, new() { Tree = tree })).Path;

        Assert.Equal((end, false, true), (taken.Nodes.Count, taken.HasCorrection, taken.Ended));
        Assert.Equal([end], tokens);
        Assert.Equal([end], lengths);
    }

    private static MeterListener Listen(string model, (string Instrument, ConcurrentQueue<double> Values) measured, (string Instrument, ConcurrentQueue<long> Values) counted)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == measured.Instrument || instrument.Name == counted.Instrument)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Keep(measured.Values, value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Keep(counted.Values, value, tags));
        listener.Start();
        return listener;

        void Keep<T>(ConcurrentQueue<T> values, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.ToArray().Any(tag => model.Equals(tag.Value)))
            {
                values.Enqueue(value);
            }
        }
    }
}
