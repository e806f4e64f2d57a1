using System.Globalization;
using System.Text.Json;
using Understudy.Cli.Shell;
using Understudy.Inference.Decoding;
using Understudy.Inference.Releases;

namespace Understudy.Bench.LanguageModels;

/// <summary>
/// <c>bench decode [--task function-call] [--generations 1000] [--json]</c>: plain decoding of the stable release's lead in each precision that it has: time and
/// managed memory a step, whether many generations leave memory as it was, and whether two engines in the process slow each other. Exit
/// code 1 when a step allocates 4 KB or more, or memory grows.
/// </summary>
internal static class DecodeBench
{
    private const string Int4File = "lead.int4.onnx";

    public static Task<int> RunAsync(string[] args)
    {
        var options = new Arguments(args);
        options.Know("--task", "--generations");
        using var catalog = new ReleaseCatalog(ModelsFolder.Find());
        var release = LanguageModelRelease.Open(catalog, options.Text("--task") ?? "function-call");
        using var model = LanguageModel.Load(release.Lead);
        using var small = release.File(Int4File) is { } file ? LanguageModel.Load(file) : null;
        List<PlainDecoding> plain = [PlainDecoding.Measure("int8", model.Decoder)];
        if (small is not null)
        {
            plain.Add(PlainDecoding.Measure("int4", small.Decoder));
        }

        TwoEngines two;
        using (var second = LanguageModel.Load(release.Lead))
        {
            two = TwoEngines.Measure(model.Decoder, second.Decoder, new FileInfo(release.Lead).Length);
        }

        var memory = MemoryUse.Measure(model, options.Number("--generations", 1000));
        Print(options.Json, plain, two, memory);
        return Task.FromResult(memory.IsFlat && plain.All(one => one.ManagedBytesPerStep < PlainDecoding.MostBytes) ? 0 : 1);
    }

    private static void Print(bool json, IReadOnlyList<PlainDecoding> plain, TwoEngines two, MemoryUse memory)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { plain, two, memory }, JsonSerializerOptions.Web));
            return;
        }

        Say($"{"weights",-10}{"ms a token",12}{"tokens/s",10}{"bytes a step",14}");
        foreach (var one in plain)
        {
            Say($"{one.Precision,-10}{one.MsPerToken,12:0.000}{one.TokensPerSecond,10:0}{one.ManagedBytesPerStep,14:0}");
        }

        Say($"two engines: a step of one takes {two.TurnsRatio:0.00} times that alone when they take turns, {two.ReadingRatio:0.00} times when only memory is read in between");
        Say($"  both at once {two.AtOnceRatio:0.00} times one after the other; {two.IdleCores:0.00} cores busy between steps");
        Say($"{memory.Generations} generations: {memory.Before:0.0} MB before, {memory.After:0.0} MB after");
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
