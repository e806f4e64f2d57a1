using System.Text.RegularExpressions;

namespace Understudy.Infrastructure.Tests;

/// <summary>What a pipeline runs is what was looked at: a tag of an action can be moved, a commit cannot.</summary>
public partial class PinsTests
{
    [Fact]
    public void Actions_ArePinnedByCommit_WithTheirVersionBeside()
    {
        var used = Directory.GetFiles(Path.Combine(Repository.Root, ".github", "workflows"), "*.yml").SelectMany(File.ReadAllLines).Where(line => line.Contains("uses:", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(used);
        Assert.All(used, line => Assert.Matches(Pinned(), line));
    }

    /// <summary>One that stands in an argument is not seen by what looks for newer ones.</summary>
    [Fact]
    public void BaseImages_StandWithTheirTag_ButForTheOneThatIsChosen()
    {
        var bases = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "Dockerfile", SearchOption.AllDirectories)
            .SelectMany(File.ReadAllLines).Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).ToList();

        Assert.Equal(["${RUNTIME}"], bases.Where(image => image.Contains('$', StringComparison.Ordinal)));
        Assert.All(bases.Where(image => image != "${RUNTIME}"), image => Assert.Matches(Tagged(), image));
    }

    /// <summary>An image that is built without a neighbour that its project refers to, or compiles a file of, is not built.</summary>
    [Theory]
    [InlineData("Edge")]
    [InlineData("Verifier")]
    public void Images_HaveWhatTheirProjectsTakeFromNeighbours(string project)
    {
        var folder = Path.Combine(Repository.Root, "src", project);
        var taken = Taken().Matches(File.ReadAllText(Path.Combine(folder, $"Understudy.{project}.csproj"))).Select(match => match.Groups[1].Value).Distinct().ToList();
        var (image, context) = (File.ReadAllText(Path.Combine(folder, "Dockerfile")), File.ReadAllLines(Path.Combine(folder, "Dockerfile.dockerignore")));

        Assert.NotEmpty(taken);
        Assert.All(taken, neighbour => Assert.Contains($"COPY src/{neighbour}/ src/{neighbour}/\n", image, StringComparison.Ordinal));
        Assert.All(taken, neighbour => Assert.Contains($"!src/{neighbour}", context));
    }

    /// <summary>A provider that was built for another CUDA is not loaded, and a verifier that asks for it never becomes ready.</summary>
    [Fact]
    public void VerifierImage_BringsTheCudaOfTheRuntimeThatIsPinned()
    {
        var pinned = GpuRuntime().Match(File.ReadAllText(Path.Combine(Repository.Root, "Directory.Packages.props")));
        var image = CudaImage().Match(File.ReadAllText(Path.Combine(Repository.Root, "src", "Verifier", "Dockerfile")));

        Assert.True(pinned.Success && image.Success);
        Assert.Equal(pinned.Groups[1].Value, image.Groups[1].Value);
    }

    [Fact]
    public void Dependabot_LooksAfterWhatIsPinned()
    {
        var config = File.ReadAllText(Path.Combine(Repository.Root, ".github", "dependabot.yml"));
        var folders = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "Dockerfile", SearchOption.AllDirectories).Select(file => "/src/" + Directory.GetParent(file)!.Name).Order();

        Assert.Equal(["docker", "github-actions", "npm", "nuget"], Ecosystem().Matches(config).Select(m => m.Groups[1].Value).Order());
        Assert.Contains($"directories: [{string.Join(", ", folders)}]", config, StringComparison.Ordinal);
    }

    [GeneratedRegex("uses: [A-Za-z-]+/[A-Za-z-]+@[0-9a-f]{40} # v[0-9]+\\.[0-9]+\\.[0-9]+$")]
    private static partial Regex Pinned();

    [GeneratedRegex("^[a-z./]+:[0-9][0-9a-z.-]*$")]
    private static partial Regex Tagged();

    [GeneratedRegex("Include=\"\\.\\./([A-Za-z/]+)/[A-Za-z.]+\\.cs(?:proj)?\"")]
    private static partial Regex Taken();

    [GeneratedRegex("OnnxRuntime\\.Gpu\\.Linux\" Version=\"[0-9.]+\" /><!-- CUDA ([0-9]+), cuDNN 9")]
    private static partial Regex GpuRuntime();

    [GeneratedRegex("ARG RUNTIME=nvidia/cuda:([0-9]+)\\.[0-9.]+-cudnn-runtime-")]
    private static partial Regex CudaImage();

    [GeneratedRegex("package-ecosystem: ([a-z-]+)")]
    private static partial Regex Ecosystem();
}
