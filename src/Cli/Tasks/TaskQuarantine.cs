using System.Text.Json;
using Understudy.Cli.Datasets;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Tasks;

/// <summary>The lines of a new task's examples that could not be used, kept beside the task.</summary>
internal static class TaskQuarantine
{
    /// <returns>The file, or <see langword="null"/> when every line was good.</returns>
    public static async Task<string?> WriteAsync(string taskFolder, LabelledData train, LabelledData? dev, CancellationToken cancellationToken)
    {
        var path = Path.Combine(taskFolder, "quarantine.jsonl");
        File.Delete(path);
        var lines = Lines("train.jsonl", train).Concat(dev is null ? [] : Lines("dev.jsonl", dev)).ToList();
        if (lines.Count == 0)
        {
            return null;
        }

        await File.WriteAllLinesAsync(path, lines, cancellationToken).ConfigureAwait(false);
        return path;
    }

    private static IEnumerable<string> Lines(string file, LabelledData data) =>
        data.Malformed.Select(line => JsonSerializer.Serialize(new { file, line.Line, line.Reason, line.Raw }, CliJson.Line));
}
