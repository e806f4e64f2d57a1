using Understudy.Bench.LanguageModels;
using Understudy.Bench.Serving;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tasks;
using Understudy.Training.Onnx;

namespace Understudy.Bench.PeerEngines;

/// <summary>
/// Function calls as they are served here, held to their grammar and with what may go ahead of the lead, beside other engines that write as
/// many tokens to the same prompts with the same weights: freely, which costs them nothing.
/// </summary>
/// <param name="Weights">The lead's.</param>
/// <param name="Prompts">Requests, and how they are answered here.</param>
/// <param name="Threads">That each engine may use.</param>
internal sealed record PeerCalls(DecoderWeights Weights, PromptSet Prompts, int Threads)
{
    public const string Name = "function calls";

    /// <summary>What goes ahead: the cheap proposers, whose small passes lose least where other engines have just run, of those that <c>bench speculation</c> compares.</summary>
    private static readonly string[] Ahead = ["grammar", "ngram", "cache"];

    /// <summary>Requests that do not count: the controller looks about.</summary>
    private const int WarmUp = 6;

    /// <summary>Before each call: threads of an engine spin for a while after its last, on the same cores.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(50);

    /// <exception cref="EngineFailedException">An engine cannot be started.</exception>
    public static async Task<IReadOnlyList<PeerResult>> MeasureAsync(LanguageModelRelease release, DecoderWeights weights, TaskDefinition task, string requests, int count, int threads)
    {
        using var models = Understudies.Open(release);
        var set = PromptSet.Calls(requests, new FunctionCallTask(task, models.Target.Tokenizer), count + WarmUp);
        return await new PeerCalls(weights, set, threads).RunAsync(models);
    }

    private async Task<IReadOnlyList<PeerResult>> RunAsync(Understudies models)
    {
        var folder = Directory.CreateTempSubdirectory("understudy-peers-").FullName;
        var peers = new List<IEngine>();
        try
        {
            using var speculator = models.New([.. Ahead.Where(models.Available.Contains)]);
            peers.Add(await NodeEngine.StartLlamaAsync(Weights, DecoderPrecision.Int8, folder, Threads));
            peers.Add(await NodeEngine.StartTransformersAsync(Weights, DecoderPrecision.Int8, folder, Threads));
            List<EngineRun> own = [];
            var others = peers.ToDictionary(peer => peer.Name, _ => new List<EngineRun>());
            foreach (var (prompt, options) in Prompts.Prompts)
            {
                await Task.Delay(Rest);
                using var generation = models.Target.Generate(prompt, options(), speculator);
                generation.Run();
                var tokens = generation.Tokens.ToArray();
                own.Add(new(tokens, generation.Statistics.DecodeMilliseconds));
                foreach (var peer in peers)
                {
                    await Task.Delay(Rest);
                    others[peer.Name].Add(await peer.RunAsync(prompt, tokens.Length));
                }
            }

            return [Result($"understudy, {string.Join(" + ", Ahead)}", own, own), .. others.Select(peer => Result(peer.Key, peer.Value, own))];
        }
        finally
        {
            foreach (var peer in peers)
            {
                await peer.DisposeAsync();
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private static PeerResult Result(string engine, List<EngineRun> runs, List<EngineRun> own)
    {
        var counted = runs.Skip(WarmUp).ToArray();
        var tokens = counted.Sum(run => run.Tokens.Length - 1);
        return new(
            Name, "int8", engine,
            counted.Sum(run => run.Milliseconds) / tokens,
            Percentiles.Median(counted.Zip(own.Skip(WarmUp), (run, ours) => run.Milliseconds / ours.Milliseconds)),
            counted.Zip(own.Skip(WarmUp), (run, ours) => run.Tokens.AsSpan().CommonPrefixLength(ours.Tokens)).Sum(),
            counted.Sum(run => run.Tokens.Length));
    }
}
