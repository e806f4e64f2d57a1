namespace Understudy.Cli.Shell;

/// <summary>Finds another program of the product.</summary>
internal static class BuiltProgram
{
    /// <summary>The one named in the variable, else one beside this program, else one built in the same repository.</summary>
    /// <param name="program">Its file.</param>
    /// <param name="project">The folder of its project in <c>src</c>.</param>
    /// <param name="variable">The environment's, which may name the file.</param>
    /// <exception cref="CommandFailedException">There is none.</exception>
    public static string Find(string program, string project, string variable) => Candidates(program, project, variable).FirstOrDefault(File.Exists)
        ?? throw new CommandFailedException($"The program {program} was not found. Build src/{project}, or name the file in {variable}.");

    private static IEnumerable<string> Candidates(string program, string project, string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
        {
            yield return Path.GetFullPath(named);
        }

        yield return Path.Combine(AppContext.BaseDirectory, program);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            foreach (var configuration in new[] { "Release", "Debug" })
            {
                yield return Path.Combine(folder.FullName, "src", project, "bin", configuration, "net10.0", program);
            }
        }
    }
}
