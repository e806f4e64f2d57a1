using Understudy.Bench;
using Understudy.Bench.Chaos;
using Understudy.Bench.Durable;
using Understudy.Bench.EdgeSites;
using Understudy.Bench.Http;
using Understudy.Bench.LanguageModels;
using Understudy.Bench.PeerEngines;
using Understudy.Bench.Tokenization;
using Understudy.Bench.Training;
using Understudy.Cli.Shell;

// Each verb prints numbers that the docs quote. A new bench adds a line here.
var verbs = new Dictionary<string, Func<string[], Task<int>>>
{
    ["engine"] = EngineBench.RunAsync,
    ["chaos"] = ChaosBench.RunAsync,
    ["edge"] = EdgeBench.RunAsync,
    ["bpe"] = BpeBench.RunAsync,
    ["durable"] = DurableBench.RunAsync,
    ["http"] = HttpBench.RunAsync,
    ["own-task"] = OwnTaskBench.RunAsync,
    ["training"] = TrainingBench.RunAsync,
    ["decode"] = DecodeBench.RunAsync,
    ["speculation"] = SpeculationBench.RunAsync,
    ["peers"] = PeersBench.RunAsync,
    ["compression"] = CommandLineBench("compression"),
    ["cascade"] = CommandLineBench("cascade"),
    ["routing"] = CommandLineBench("routing"),
    [EngineChaosChild.Verb] = EngineChaosChild.RunAsync,
};

if (args.Length == 0 || !verbs.TryGetValue(args[0], out var run))
{
    Console.Error.WriteLine($"Usage: bench <{string.Join('|', verbs.Keys.Where(verb => verb != EngineChaosChild.Verb))}> [options] [--json]");
    return 2;
}

try
{
    return await run(args[1..]);
}
catch (Exception exception) when (CliCommand.IsUsers(exception))
{
    Console.Error.WriteLine(exception.Message);
    return exception is BadArgumentException ? 2 : 1;
}

// What the command line measures by itself, as 'understudy bench VERB'.
static Func<string[], Task<int>> CommandLineBench(string verb) => args => Understudy.Cli.Shell.CommandLine.RunAsync(["bench", verb, .. args], Surroundings.OfThisProcess());
