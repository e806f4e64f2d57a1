using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Understudy.Tests;

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
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listening) =>
            {
                if (instrument.Name is "gen_ai.server.time_to_first_token" or "understudy.verifier.prompt_tokens")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Keep(firstTokens, value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Keep(promptTokens, value, tags));
        listener.Start();

        using var response = await verifier.PostAsync(
            "/v1/completions", $$"""{"model":"{{Model}}","prompt":[[3,4],[5,6,7]],"n":3,"max_tokens":4,"temperature":1,"stream":{{(stream ? "true" : "false")}}}""");
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Single(firstTokens);
        Assert.Equal([2, 3], promptTokens);

        static void Keep<T>(ConcurrentQueue<T> values, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.ToArray().Any(tag => Model.Equals(tag.Value)))
            {
                values.Enqueue(value);
            }
        }
    }
}
