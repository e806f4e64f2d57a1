using Microsoft.Extensions.Options;
using Understudy.Verifier;

try
{
    var settings = VerifierSettings.Read(args);
    await using var app = VerifierApp.Build(settings, args);
    await app.StartAsync();
    var listening = app.Services.GetRequiredService<Listeners>();
    Console.WriteLine($"listening on {listening.Http} (gRPC on {listening.Grpc})");
    await app.WaitForShutdownAsync();
    return 0;
}
catch (VerifierSettingsException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
catch (OptionsValidationException exception)
{
    Console.Error.WriteLine(string.Join(Environment.NewLine, exception.Failures));
    return 2;
}
catch (InvalidOperationException exception) when (exception.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal))
{
    Console.Error.WriteLine(exception.Message); // it names the setting, its value and the type that it should have
    return 2;
}
