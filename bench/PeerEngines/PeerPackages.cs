using Understudy.Cli.Shell;
using System.ComponentModel;
using System.Diagnostics;

namespace Understudy.Bench.PeerEngines;

/// <summary>The other engines' packages, in <c>bench/peers</c>.</summary>
internal static class PeerPackages
{
    private const string Lock = "package-lock.json";

    public static string Folder => Path.Combine(RepositoryFolder.Find(), "bench", "peers");

    /// <summary>Installs them when the lock file differs from the one they were installed by. None of their scripts is run.</summary>
    /// <exception cref="EngineFailedException">npm is missing or failed.</exception>
    public static async Task InstallAsync()
    {
        var (wanted, installed) = (Path.Combine(Folder, Lock), Path.Combine(Folder, "node_modules", ".installed-lock.json"));
        if (File.Exists(installed) && await File.ReadAllTextAsync(installed) == await File.ReadAllTextAsync(wanted))
        {
            return;
        }

        Console.Error.WriteLine("Installing the npm packages of bench/peers, about a gigabyte ...");
        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            {
                WorkingDirectory = Folder,
                RedirectStandardOutput = true,
            })!;
            await npm.StandardOutput.ReadToEndAsync(); // standard output is for results
            await npm.WaitForExitAsync();
            if (npm.ExitCode != 0)
            {
                throw new EngineFailedException($"npm ci failed in bench/peers with code {npm.ExitCode}. The packages come over the network once.");
            }
        }
        catch (Win32Exception)
        {
            throw new EngineFailedException("npm is missing: there is no 'npm' on the PATH. It comes with Node.js: https://nodejs.org/en/download");
        }

        File.Copy(wanted, installed, overwrite: true);
    }
}
