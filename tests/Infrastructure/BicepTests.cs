using System.Text.Json;

namespace Understudy.Infrastructure.Tests;

public class BicepTests
{
    public static TheoryData<string> Files
        => [.. Directory.EnumerateFiles(Bicep.Folder, "*.bicep*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".json", StringComparison.Ordinal)).Select(f => Path.GetRelativePath(Bicep.Folder, f)).Order()];

    [Theory]
    [InlineData("main.bicep")]
    [InlineData("edge-site.bicep")]
    public void Build_EachDeployment_SaysNothing(string file)
    {
        Bicep.SkipWhereItCannotRun();

        var (exitCode, output, diagnostics) = Bicep.Run("build", file, "--stdout");

        Assert.Equal((0, ""), (exitCode, diagnostics));
        Assert.NotEmpty(output);
    }

    [Theory]
    [InlineData("main.bicepparam")]
    [InlineData("main.dev.bicepparam")]
    [InlineData("main.prod.bicepparam")]
    public void BuildParams_EachStage_SaysNothing(string file)
    {
        Bicep.SkipWhereItCannotRun();

        var (exitCode, output, diagnostics) = Bicep.Run("build-params", file, "--stdout");

        Assert.Equal((0, ""), (exitCode, diagnostics));
        Assert.NotEmpty(output);
    }

    // Linting main.bicep lints its modules too.
    [Theory]
    [InlineData("main.bicep")]
    [InlineData("edge-site.bicep")]
    [InlineData("main.bicepparam")]
    [InlineData("main.dev.bicepparam")]
    [InlineData("main.prod.bicepparam")]
    public void Lint_DeploymentsAndStages_SaysNothing(string file)
    {
        Bicep.SkipWhereItCannotRun();

        Assert.Equal((0, "", ""), Bicep.Run("lint", file));
    }

    // What is deployed, down to each value, stands beside the parameters: a change of it is seen in a review.
    [Theory]
    [InlineData("main.dev.bicepparam")]
    [InlineData("main.prod.bicepparam")]
    [InlineData("../../tests/Infrastructure/Stages/serving.bicepparam")]
    public void Snapshot_EachStage_IsTheCommittedOne(string file)
    {
        Bicep.SkipWhereItCannotRun();
        string[] where = ["--subscription-id", Guid.Empty.ToString(), "--resource-group", "understudy", "--location", "westeurope"];

        var (exitCode, output, diagnostics) = Bicep.Run(["snapshot", file, "--mode", "validate", .. where]);

        Assert.True(exitCode == 0, $"{output}{diagnostics}If it is meant to be so: bicep snapshot {file} --mode overwrite {string.Join(' ', where)}");
    }

    [Theory]
    [InlineData("understudy", "understudy")]
    [InlineData("My_Company.AI-dev", "my-company-a")]
    [InlineData("mycompanyai-dev", "mycompanyai")]
    [InlineData("a(b)_.c", "a-b-c")]
    [InlineData("2026-demo", "env-2026-dem")]
    [InlineData("qa", "env-qa")]
    [InlineData("()", "env")]
    public void BuildParams_OfAnEnvironment_NamesResourcesAsAzureTakesThem(string environment, string name)
    {
        Bicep.SkipWhereItCannotRun();

        var (exitCode, output, _) = Bicep.Run(["build-params", "main.bicepparam", "--stdout"], ("AZURE_ENV_NAME", environment));

        Assert.Equal(0, exitCode);
        using var built = JsonDocument.Parse(output);
        using var parameters = JsonDocument.Parse(built.RootElement.GetProperty("parametersJson").GetString()!);
        Assert.Equal(name, parameters.RootElement.GetProperty("parameters").GetProperty("name").GetProperty("value").GetString());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Format_EachFile_ChangesNothing(string file)
    {
        Bicep.SkipWhereItCannotRun();

        Assert.Equal(File.ReadAllText(Path.Combine(Bicep.Folder, file)), Bicep.Run("format", file, "--stdout").Output);
    }
}
