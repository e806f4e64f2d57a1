using System.Text.Json;
using Understudy.Inference;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Reports;

/// <summary>The bytes that may still go up today (UTC), kept over restarts. Used by one pump.</summary>
internal sealed class UploadBudget(string dataFolder, long bytesPerDay, TimeProvider time)
{
    private readonly string _path = Path.Combine(dataFolder, "uploaded.json");

    public long Left => Math.Max(0, bytesPerDay - Spent());

    /// <summary>Takes bytes off today's. Before they go: a crash may cost budget, never exceed it.</summary>
    public void Spend(long bytes) => Write(Spent() + bytes);

    /// <summary>Gives back what <see cref="Spend"/> took for bytes that never went.</summary>
    public void GiveBack(long bytes) => Write(Math.Max(0, Spent() - bytes));

    private string Today => time.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private long Spent()
    {
        if (!File.Exists(_path))
        {
            return 0;
        }

        if (Read() is not { } day)
        {
            Write(bytesPerDay); // a damaged file may have said that all is spent, and of today
            return bytesPerDay;
        }

        return day.Date == Today ? day.Bytes : 0;
    }

    /// <summary>Null for a file that says nothing.</summary>
    private Day? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<Day>(File.ReadAllBytes(_path), SiteJson.Options) is { Date: not null } day ? day : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Write(long spent) => AtomicFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(new Day(Today, spent), SiteJson.Options));

    private sealed record Day(string Date, long Bytes);
}
