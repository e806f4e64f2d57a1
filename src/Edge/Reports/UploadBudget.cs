using System.Text.Json;
using Understudy.Inference;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Reports;

/// <summary>
/// The bytes that may still go up today (UTC), kept over restarts. The last few dates are kept, so that a clock that was wrong for a while gives
/// no day its bytes anew. Used by one pump.
/// </summary>
internal sealed class UploadBudget(string dataFolder, long bytesPerDay, TimeProvider time)
{
    /// <summary>Dates that are kept.</summary>
    private const int Most = 8;

    private readonly string _path = Path.Combine(dataFolder, "uploaded.json");

    public long BytesPerDay => bytesPerDay;

    public long Left => Math.Max(0, bytesPerDay - Spent(Days(), Today));

    /// <summary>Takes bytes off today's. Before they go: a crash may cost budget, never exceed it.</summary>
    public void Spend(long bytes) => Add(bytes);

    /// <summary>Gives back what <see cref="Spend"/> took for bytes that never went.</summary>
    public void GiveBack(long bytes) => Add(-bytes);

    private string Today => time.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private void Add(long bytes)
    {
        var (days, today) = (Days(), Today);
        Write(new(today, Math.Max(0, Spent(days, today) + bytes)), days);
    }

    private static long Spent(IReadOnlyList<Day> days, string date) => days.FirstOrDefault(day => day.Date == date)?.Bytes ?? 0;

    /// <summary>The one that was written last first.</summary>
    private IReadOnlyList<Day> Days()
    {
        if (!File.Exists(_path))
        {
            return [];
        }

        if (Read() is { } days)
        {
            return days;
        }

        var spent = new Day(Today, bytesPerDay); // a damaged file may have said that all is spent, and of today
        Write(spent, []);
        return [spent];
    }

    /// <summary>Null for a file that says nothing.</summary>
    private IReadOnlyList<Day>? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<Day>(File.ReadAllBytes(_path), SiteJson.Options) is { Date: not null } day
                ? [day, .. (day.Before ?? []).Where(before => before?.Date is not null)]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Write(Day today, IReadOnlyList<Day> days)
    {
        List<Day> before = [.. days.Where(day => day.Date != today.Date).Take(Most - 1).Select(day => day with { Before = null })];
        AtomicFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(today with { Before = before }, SiteJson.Options));
    }

    /// <param name="Before">The other dates that are kept; null in their own entries, and in a file of an older agent.</param>
    private sealed record Day(string Date, long Bytes, IReadOnlyList<Day>? Before = null);
}
