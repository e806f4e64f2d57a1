using Understudy.Bench.Serving;
using Understudy.Training.Onnx;

namespace Understudy.Bench.PeerEngines;

/// <summary>All engines on one model in one precision, in turns.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Rounds">Those that count.</param>
/// <param name="Tokens">New tokens a run.</param>
/// <param name="Threads">That each engine may use.</param>
internal sealed record PeerRounds(string Model, DecoderWeights Weights, int Rounds, int Tokens, int Threads)
{
    private const int PromptTokens = 32;

    /// <summary>An engine's threads may still spin when its turn is over.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task<IReadOnlyList<PeerResult>> MeasureAsync(DecoderPrecision precision)
    {
        var folder = Directory.CreateTempSubdirectory("understudy-peers-").FullName;
        var engines = new List<IEngine>();
        var failures = new Dictionary<string, string>();
        try
        {
            engines.Add(await OwnEngine.StartAsync(Weights, precision, folder));
            await TryAsync("node-llama-cpp", async () => engines.Add(await NodeEngine.StartLlamaAsync(Weights, precision, folder, Threads)), failures);
            await TryAsync("transformers.js", async () => engines.Add(await NodeEngine.StartTransformersAsync(Weights, precision, folder, Threads)), failures);
            return await RunAsync(engines, failures, precision);
        }
        finally
        {
            foreach (var engine in engines)
            {
                await engine.DisposeAsync();
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<IReadOnlyList<PeerResult>> RunAsync(List<IEngine> engines, Dictionary<string, string> failures, DecoderPrecision precision)
    {
        var random = new Random(1);
        int[] prompt = [.. Enumerable.Range(0, PromptTokens).Select(_ => random.Next(Weights.Shape.Vocabulary))];
        var runs = engines.ToDictionary(engine => engine.Name, _ => new List<EngineRun>());
        for (var round = -1; round < Rounds; round++)
        {
            foreach (var engine in engines.Where(engine => !failures.ContainsKey(engine.Name)))
            {
                await Task.Delay(Pause);
                await TryAsync(engine.Name, async () => runs[engine.Name].Add(await engine.RunAsync(prompt, Tokens)), failures);
            }
        }

        var ours = runs[engines[0].Name];
        var name = precision.ToString().ToLowerInvariant();
        return
        [
            .. engines.Where(engine => !failures.ContainsKey(engine.Name)).Select(engine =>
            {
                var counted = runs[engine.Name].Skip(1).ToArray();
                return new PeerResult(
                    Model, name, engine.Name, Percentiles.Median(counted.Select(run => run.MsPerToken)),
                    Percentiles.Median(counted.Zip(ours.Skip(1), (run, own) => run.MsPerToken / own.MsPerToken)),
                    runs[engine.Name].Min(run => run.Tokens.AsSpan().CommonPrefixLength(ours[0].Tokens)), Tokens);
            }),
            .. failures.Select(failure => new PeerResult(Model, name, failure.Key, null, null, 0, Tokens, failure.Value)),
        ];
    }

    private static async Task TryAsync(string engine, Func<Task> attempt, Dictionary<string, string> failures)
    {
        try
        {
            await attempt();
        }
        catch (Exception error) when (error is EngineFailedException or IOException)
        {
            failures[engine] = error.Message;
        }
    }
}
