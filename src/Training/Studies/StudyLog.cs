using System.Text.Json;

namespace Understudy.Training.Studies;

/// <summary>Finished measurements, one JSON object a line; appended to as they come, so that a study that was stopped goes on.</summary>
internal sealed class StudyLog(string path)
{
    private readonly Dictionary<(string Settings, string Arm, int Seed), Entry> _known = Read(path);

    public Entry? Find(string settings, string arm, int seed) => _known.GetValueOrDefault((settings, arm, seed));

    public Entry Add(string settings, string arm, int seed, StudyMeasurement measured, double seconds)
    {
        var entry = new Entry(settings, arm, seed, measured.Score, measured.Facts, seconds);
        File.AppendAllText(path, $"{(EndsInALine() ? "" : "\n")}{JsonSerializer.Serialize(entry, JsonSerializerOptions.Web)}\n");
        return _known[(settings, arm, seed)] = entry;
    }

    /// <summary>Not so where a study was killed while it wrote.</summary>
    private bool EndsInALine()
    {
        using var file = File.Open(path, FileMode.OpenOrCreate, FileAccess.Read);
        return file.Length == 0 || (file.Seek(-1, SeekOrigin.End) >= 0 && file.ReadByte() == '\n');
    }

    private static Dictionary<(string Settings, string Arm, int Seed), Entry> Read(string path)
    {
        var known = new Dictionary<(string, string, int), Entry>();
        foreach (var line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            try
            {
                if (JsonSerializer.Deserialize<Entry>(line, JsonSerializerOptions.Web) is { } entry)
                {
                    known[(entry.Settings, entry.Arm, entry.Seed)] = entry;
                }
            }
            catch (JsonException)
            {
                // the line that was being written when a study was killed: it is measured again
            }
        }

        return known;
    }

    internal sealed record Entry(string Settings, string Arm, int Seed, double Score, IReadOnlyDictionary<string, double> Facts, double Seconds);
}
