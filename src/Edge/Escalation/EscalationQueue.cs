using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Understudy.Inference;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Escalation;

/// <summary>
/// Inputs that wait for the cloud, a file each in <c>queue/{task}/</c>: an entry is on the disk before its caller is answered, and goes when the
/// cloud has it. Files are named by confidence, so that the hardest come first. Beside them lies a mark when any was let go. Thread-safe.
/// </summary>
internal sealed class EscalationQueue(EdgeSettings settings, IOptions<EdgeOptions> options)
{
    private const string Mark = "let-go";

    private readonly string _folder = Path.Combine(settings.DataFolder, "queue");
    private readonly Lock _gate = new();

    public IReadOnlyList<string> Tasks => Directory.Exists(_folder) ? [.. Directory.EnumerateDirectories(_folder).Select(folder => Path.GetFileName(folder))] : [];

    public int Count(string task) => Files(task).Length;

    /// <summary>Whether all that came since nothing waited is still here or was seen by the cloud. If not, what waits is harder than what came.</summary>
    public bool IsWhole(string task) => !File.Exists(MarkOf(task));

    /// <summary>Keeps an input. Where there is no more room, the least hard one is let go.</summary>
    public void Add(QueuedInput input)
    {
        if (options.Value.QueueEntries == 0)
        {
            return;
        }

        lock (_gate)
        {
            var files = Files(input.Task);
            var name = NameOf(input);
            if (files.Length == 0 && !IsWhole(input.Task))
            {
                File.Delete(MarkOf(input.Task));
            }

            if (files.Length >= options.Value.QueueEntries)
            {
                if (IsWhole(input.Task))
                {
                    AtomicFile.Write(MarkOf(input.Task), []);
                }

                var easiest = files.Length > 0 ? files.Max(StringComparer.Ordinal) : null;
                if (easiest is null || string.CompareOrdinal(Path.GetFileName(easiest), name) <= 0)
                {
                    return;
                }

                File.Delete(easiest);
            }

            AtomicFile.Write(Path.Combine(_folder, input.Task, name), JsonSerializer.SerializeToUtf8Bytes(input, SiteJson.Options));
        }
    }

    /// <summary>What waits, hardest first, each read when it is asked for: inputs may be long, and many.</summary>
    /// <param name="except">Says of an id that its entry is passed over; null for none.</param>
    public IEnumerable<QueuedInput> Hardest(string task, Func<string, bool>? except = null) =>
        Files(task).Order(StringComparer.Ordinal).Where(path => except?.Invoke(IdOf(path)) is not true).Select(Read).OfType<QueuedInput>();

    public void Remove(QueuedInput input) => File.Delete(Path.Combine(_folder, input.Task, NameOf(input)));

    private string MarkOf(string task) => Path.Combine(_folder, task, Mark);

    private string[] Files(string task)
    {
        var folder = Path.Combine(_folder, task);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];
    }

    /// <summary>Null for what is no entry any more; a file that cannot be read as one is set aside.</summary>
    private static QueuedInput? Read(string path)
    {
        try
        {
            var input = JsonSerializer.Deserialize<QueuedInput>(File.ReadAllBytes(path), SiteJson.Options);
            if (input?.Text is not null && input.Task == Path.GetFileName(Path.GetDirectoryName(path)) && NameOf(input) == Path.GetFileName(path))
            {
                return input;
            }
        }
        catch (JsonException)
        {
            // Set aside, below.
        }
        catch (FileNotFoundException)
        {
            return null; // let go meanwhile
        }

        File.Move(path, $"{path}.bad", overwrite: true);
        return null;
    }

    private static string IdOf(string path) => Path.GetFileNameWithoutExtension(path).Split('-', 2)[^1];

    private static string NameOf(QueuedInput input) => string.Create(CultureInfo.InvariantCulture, $"{input.Confidence:0.000000}-{input.Id}.json");
}
