using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;
using Understudy.Cli.Shell;
using Understudy.Inference.Datasets;
using Understudy.Training.Corpora;

namespace Understudy.Cli.Data;

/// <summary>
/// <c>understudy data get NAME --out DIR</c>: a data set as <c>train.jsonl</c>, <c>dev.jsonl</c> and <c>test.jsonl</c>, which share no text;
/// the first two are what <c>task new --data DIR</c> takes, the last is for <c>evaluate --data FILE</c>.
/// </summary>
internal sealed class DataGetCommand : CliCommand
{
    private static readonly JsonSerializerOptions Json = new(CliJson.Line) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static readonly string[] Files = ["train.jsonl", "dev.jsonl", "test.jsonl"];

    private readonly Argument<string> _name = new("NAME") { Description = "The data set; 'data list' has them." };
    private readonly Option<string?> _out = new("--out", "-o") { Description = "The folder (default: the set's name, here).", HelpName = "DIR" };
    private readonly Option<bool> _force = new("--force") { Description = "Replace files of those names." };

    public DataGetCommand(SharedOptions shared)
        : base(shared, "get", "Writes a data set as files for training and testing.")
    {
        _name.AcceptOnlyFromAmong([.. PublicSet.All.Select(set => set.Name)]);
        Arguments.Add(_name);
        Options.Add(_out);
        Options.Add(_force);
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var set = PublicSet.All.Single(set => set.Name == invocation.Get(_name));
        var folder = Path.GetFullPath(invocation.Get(_out) ?? set.Name);
        if (File.Exists(folder))
        {
            throw new CommandFailedException($"'{folder}' is a file. Name a folder with --out.");
        }

        if (!invocation.Get(_force) && Files.FirstOrDefault(file => File.Exists(Path.Combine(folder, file))) is { } existing)
        {
            throw new CommandFailedException($"There is a '{Path.Combine(folder, existing)}' already. Name another folder with --out, or replace its files with --force.");
        }

        var splits = set.Load(NpmPackages.Find(set.Source), cancellationToken);
        var parts = Files.Zip<string, IReadOnlyList<DatasetRecord>>([splits.Train, splits.Calibration, splits.Test]).ToList();
        await WriteAsync(folder, parts, cancellationToken).ConfigureAwait(false);

        var result = new
        {
            set = set.Name,
            source = set.Source,
            licence = set.Licence,
            folder,
            parts = parts.ToDictionary(part => part.First, part => part.Second.Count),
            labels = parts.SelectMany(part => part.Second).CountBy(record => record.Label!).OrderBy(label => label.Key, StringComparer.Ordinal).ToDictionary(),
        };
        invocation.Screen.Result(result, console =>
        {
            console.WriteLine($"{set.Name} ({set.Licence}, from {set.Source}) is in {folder}:");
            foreach (var (file, count) in result.parts)
            {
                console.WriteLine($"  {file}: {count:N0} records");
            }

            console.WriteLine($"Labels: {string.Join(", ", result.labels.Select(label => $"{label.Key} {label.Value:N0}"))}");
            console.WriteLine($"Next: understudy task new NAME --data {folder}{(set.Input == "text" ? "" : $" --input {set.Input}")}");
        });
        return CommandLine.Done;
    }

    /// <summary>All of them to a folder inside it first, so that what stands there is never of two kinds.</summary>
    private static async Task WriteAsync(string folder, IReadOnlyList<(string File, IReadOnlyList<DatasetRecord> Records)> parts, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var temporary = Directory.CreateDirectory(Path.Combine(folder, $".{Guid.NewGuid():N}")).FullName;
        try
        {
            foreach (var (file, records) in parts)
            {
                await using var stream = File.Create(Path.Combine(temporary, file));
                foreach (var record in records)
                {
                    await JsonSerializer.SerializeAsync(stream, record, Json, cancellationToken).ConfigureAwait(false);
                    stream.WriteByte((byte)'\n');
                }
            }

            foreach (var (file, _) in parts)
            {
                File.Move(Path.Combine(temporary, file), Path.Combine(folder, file), overwrite: true);
            }
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }
}
