using System.Text.RegularExpressions;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Sites;

/// <summary>What a package's list must satisfy before anything that it says is done.</summary>
internal static partial class PackageRules
{
    private const long MostBytes = 8L * 1024 * 1024 * 1024;

    public static IReadOnlyList<string> Problems(EdgePackage package)
    {
        List<string> problems = [];
        if (package.Schema != 1)
        {
            problems.Add($"schema is {package.Schema}; this version reads 1");
        }

        if (!TaskRules.Name().IsMatch(package.Task) || !ManifestRules.IsVersion(package.Version) || !Hash().IsMatch(package.Release))
        {
            problems.Add($"task '{package.Task}', version '{package.Version}' or release '{package.Release}' is no such name");
        }

        foreach (var file in package.Files)
        {
            if (!ManifestRules.IsPlainName(file.Name) || !Hash().IsMatch(file.Sha256))
            {
                problems.Add($"file '{file.Name}' is not named inside the package");
            }
            else if (file.Blocks.Any(block => !Hash().IsMatch(block.Sha256) || block.Bytes is < 1 or > BlockCutter.Most) || file.Blocks.Sum(block => (long)block.Bytes) != file.Bytes)
            {
                problems.Add($"the blocks of '{file.Name}' are not its {file.Bytes:N0} bytes");
            }
        }

        if (package.Files.DistinctBy(file => file.Name).Count() != package.Files.Count)
        {
            problems.Add("a file is named twice");
        }

        foreach (var name in new[] { EdgePackage.TaskFile, EdgePackage.SamplesFile, $"{package.Version}/{ReleaseManifest.FileName}", $"{package.Version}/{ReleaseSignature.FileName}" })
        {
            if (package.Files.All(file => file.Name != name))
            {
                problems.Add($"file '{name}' is missing");
            }
        }

        if (package.Bytes > MostBytes)
        {
            problems.Add($"it has {package.Bytes:N0} bytes; at most {MostBytes:N0} are taken");
        }

        return problems;
    }

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    public static partial Regex Hash();
}
