namespace Understudy.Hosting;

/// <summary>A folder for prompts, answers and keys of storage: nobody but its user looks into it.</summary>
public static class PrivateFolder
{
    /// <summary>Makes the folder where there is none; one that is there keeps the rights that it has.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path); // its user's own by what stands above it
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
