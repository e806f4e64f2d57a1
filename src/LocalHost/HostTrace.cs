using System.Text.Json;

namespace Understudy.LocalHost;

/// <summary>How to reach a running host, in <c>host.json</c> of its data folder while it runs. Readable by its user only: it holds the storage key.</summary>
/// <param name="Url">Where the API listens.</param>
/// <param name="ProcessId">The host.</param>
/// <param name="Storage">The connection string of its blob storage.</param>
internal sealed record HostTrace(string Url, int ProcessId, string Storage)
{
    private const string FileName = "host.json";

    public void Write(string folder)
    {
        var next = Path.Combine(folder, FileName + ".next");
        File.Delete(next);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(next, options))
        {
            JsonSerializer.Serialize(stream, this, JsonSerializerOptions.Web);
        }

        File.Move(next, Path.Combine(folder, FileName), overwrite: true);
    }

    /// <summary>The one in a folder; null when there is none to be read.</summary>
    public static HostTrace? Find(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<HostTrace>(File.ReadAllText(Path.Combine(folder, FileName)), JsonSerializerOptions.Web);
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static void Erase(string folder) => File.Delete(Path.Combine(folder, FileName));
}
