using System.Globalization;
using Understudy.Cli.Datasets;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Bench.Frugal;

/// <summary>Reads a summary that FrugalGPT's authors publish (Chen et al., arXiv 2305.05176): a CSV file with <c>Test_acc</c>, <c>Test_cost</c> and <c>Method</c>.</summary>
internal static class PublishedCurve
{
    public const string Frugal = "FrugalGPT";

    /// <exception cref="CommandFailedException">There is no such file, or it has no such columns or no points of FrugalGPT.</exception>
    public static IReadOnlyList<PublishedPoint> Read(string path)
    {
        var lines = File.ReadAllLines(InputFile.Existing(path, "Name one of FrugalGPT's summary files."));
        string[] columns = lines.Length == 0 ? [] : lines[0].Split(',');
        var (accuracy, cost, method) = (Array.IndexOf(columns, "Test_acc"), Array.IndexOf(columns, "Test_cost"), Array.IndexOf(columns, "Method"));
        if (accuracy < 0 || cost < 0 || method < 0)
        {
            throw new CommandFailedException($"'{path}' lacks the columns Test_acc, Test_cost and Method. Name one of FrugalGPT's summary files.");
        }

        List<PublishedPoint> points = [];
        foreach (var (index, line) in lines.Index().Skip(1).Where(line => line.Item.Length > 0))
        {
            var fields = line.Split(',');
            points.Add(fields.Length > Math.Max(method, Math.Max(accuracy, cost)) && Number(fields[accuracy]) is { } right && Number(fields[cost]) is { } dollars
                ? new(fields[method], right, dollars)
                : throw new CommandFailedException($"{Path.GetFileName(path)}, line {index + 1}: it has no accuracy and cost that are numbers. Use the file as it is published."));
        }

        return points.Any(point => point.Method == Frugal) ? points : throw new CommandFailedException($"'{path}' has no row whose Method is {Frugal}.");
    }

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
}
