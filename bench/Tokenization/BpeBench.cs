using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Understudy.Inference.Tokenization;

namespace Understudy.Bench.Tokenization;

/// <summary><c>bench bpe --data FOLDER [--megabytes 50] [--merges 8192] [--json]</c>: how long a vocabulary takes to learn from the folder's text.</summary>
internal static class BpeBench
{
    public static Task<int> RunAsync(string[] args)
    {
        var options = new Arguments(args);
        options.Know("--data", "--megabytes", "--merges");
        var folder = options.Text("--data") ?? throw new BadArgumentException("--data is missing. Name a folder with .txt or .jsonl files.");
        var merges = options.Number("--merges", 8192);
        var (lines, bytes) = Read(folder, options.Number("--megabytes", 50) * 1_000_000L);
        var clock = Stopwatch.StartNew();
        var tokenizer = BpeTrainer.Train(lines, new() { Vocabulary = 257 + merges });
        var result = new { megabytes = Math.Round(bytes / 1e6, 1), tokenizer.VocabularySize, seconds = Math.Round(clock.Elapsed.TotalSeconds, 1) };
        Console.WriteLine(options.Json
            ? JsonSerializer.Serialize(result, JsonSerializerOptions.Web)
            : string.Create(CultureInfo.InvariantCulture, $"{result.megabytes} MB of text, {result.VocabularySize} tokens: {result.seconds} s"));
        return Task.FromResult(0);
    }

    private static (List<string> Lines, long Bytes) Read(string folder, long limit)
    {
        var lines = new List<string>();
        var bytes = 0L;
        foreach (var line in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".txt" or ".jsonl").Order(StringComparer.Ordinal).SelectMany(File.ReadLines))
        {
            lines.Add(line);
            bytes += Encoding.UTF8.GetByteCount(line) + 1;
            if (bytes >= limit)
            {
                break;
            }
        }

        return (lines, bytes);
    }
}
