using System.Text.Json;

namespace Understudy.LocalHost.Triggers;

/// <summary>Up to when blobs have been noticed, in a file that survives restarts. A lost or torn file only means more looking.</summary>
internal sealed class Watermark
{
    // Clocks and listings may lag: blobs a little older are looked at again, which starts nothing twice.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    private readonly string _path;

    public Watermark(string path)
    {
        _path = path;
        try
        {
            Value = JsonSerializer.Deserialize<DateTimeOffset>(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            Value = DateTimeOffset.MinValue;
        }
    }

    public DateTimeOffset Value { get; private set; }

    /// <summary>True when a blob of that age cannot have been missed.</summary>
    public bool IsBehind(DateTimeOffset modifiedAt) => Value > DateTimeOffset.MinValue + Overlap && modifiedAt < Value - Overlap;

    public void Advance(DateTimeOffset modifiedAt)
    {
        if (modifiedAt <= Value)
        {
            return;
        }

        Value = modifiedAt;
        var next = _path + ".next";
        File.WriteAllText(next, JsonSerializer.Serialize(Value));
        File.Move(next, _path, overwrite: true);
    }
}
