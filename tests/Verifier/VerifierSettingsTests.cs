using Microsoft.Extensions.Options;

namespace Understudy.Verifier.Tests;

public sealed class VerifierSettingsTests
{
    [Fact]
    public void Read_EverythingWrong_SaysAllOfIt()
    {
        var error = Assert.Throws<VerifierSettingsException>(() => VerifierSettings.Read(["--urls=https://127.0.0.1", "--grpc=nowhere", "--models=/no/such/folder"]));
        Assert.Contains("--urls", error.Message, StringComparison.Ordinal);
        Assert.Contains("--grpc", error.Message, StringComparison.Ordinal);
        Assert.Contains("--models", error.Message, StringComparison.Ordinal);
        Assert.Contains("--model=x: not known", Assert.Throws<VerifierSettingsException>(() => VerifierSettings.Read(["--model=x"])).Message, StringComparison.Ordinal);
        Assert.Contains("a port of its own", Assert.Throws<VerifierSettingsException>(() => VerifierSettings.Read(["--urls=http://127.0.0.1:9", "--grpc=http://127.0.0.1:9", $"--models={Path.GetTempPath()}"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_OutOfTheirLimits_KeepTheServiceFromStarting()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningVerifier.StartAsync("--Scheduling:Lanes=0", "--Scheduling:Running=0", "--Serve:x:Path=/no/such.onnx"));
        Assert.Contains(error.Failures, failure => failure.Contains("Lanes", StringComparison.Ordinal) || failure.Contains("Serve:x:Path", StringComparison.Ordinal));
    }
}
