using System.Text.Json;

namespace Understudy.Hosting;

/// <summary>A file of JSON that holds a key: only its user can read it.</summary>
public static class PrivateFile
{
    /// <summary>Writes it whole or not at all, in the place of one that is there.</summary>
    public static void Write<T>(string path, T content)
    {
        var next = path + ".next";
        File.Delete(next);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(next, options))
        {
            JsonSerializer.Serialize(stream, content, JsonSerializerOptions.Web);
        }

        File.Move(next, path, overwrite: true);
    }

    /// <summary>What is in it; null where there is none that can be read.</summary>
    public static T? Find<T>(string path)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), JsonSerializerOptions.Web);
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
