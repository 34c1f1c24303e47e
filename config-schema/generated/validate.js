// Made by scripts/make-validator.ts from pohmelfs.schema.json. Do not edit.
"use strict";
export const validate = validate20;
export default validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","title":"pohmelfs.yaml","type":"object","additionalProperties":false,"required":["version","servers","groups"],"properties":{"version":{"title":"Version of the file's format","type":"integer","const":1,"examples":[1]},"defaults":{"$ref":"#/$defs/defaults"},"servers":{"title":"Servers","type":"object","minProperties":1,"propertyNames":{"$ref":"#/$defs/hostName"},"additionalProperties":{"$ref":"#/$defs/server"},"examples":[{"host-75":{"address":"192.0.2.75"}}]},"groups":{"title":"Groups","type":"object","minProperties":1,"propertyNames":{"$ref":"#/$defs/groupName"},"additionalProperties":{"$ref":"#/$defs/group"},"examples":[{"pohtest":{"index":1,"export":"/opt/pohtest","members":{"host-75":{},"host-166":{}}}}]},"clients":{"title":"Clients","type":["object","null"],"propertyNames":{"$ref":"#/$defs/hostName"},"additionalProperties":{"$ref":"#/$defs/client"},"default":{},"examples":[{"laptop":{"address":"192.0.2.200"}}]},"mounts":{"title":"Mounts","type":["array","null"],"items":{"$ref":"#/$defs/mount"},"default":[],"examples":[[{"group":"pohtest","at":"/opt/pohtest","on":["host-147","laptop"]}]]},"timeouts":{"$ref":"#/$defs/timeouts"},"cache":{"$ref":"#/$defs/cache"},"log":{"$ref":"#/$defs/log"}},"$defs":{"hostName":{"title":"Host name","type":"string","pattern":"^(?![0-9]+$)[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$","patternErrorMessage":"a host or server name has at most 64 letters, digits, '-', '_' and '.', does not begin or end with '-' or '.', and is not a number"},"groupName":{"title":"Group name","type":"string","pattern":"^[A-Za-z][A-Za-z0-9_.-]{0,62}$","patternErrorMessage":"a group name begins with a letter and has at most 63 letters, digits, '-', '_' and '.'"},"directory":{"title":"Absolute path","type":"string","pattern":"^/[^\\u0000-\\u001f\\u007f]*$","patternErrorMessage":"it must begin with '/', and have no control characters"},"address":{"title":"Address","type":"string","anyOf":[{"format":"ipv4"},{"format":"ipv6"}]},"duration":{"title":"Duration","type":["string","number"],"pattern":"^[0-9]+(\\.[0-9]+)? ?(ms|s|min|h)$","patternErrorMessage":"a duration is a number of seconds, or a number with ms, s, min or h, such as '500 ms' or '5 s'"},"size":{"title":"Size","type":"string","pattern":"^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$","patternErrorMessage":"a size is a number with KiB, MiB, GiB or TiB, such as '512 MiB'"},"unit":{"title":"Unit","type":["object","null"],"additionalProperties":false,"properties":{"memory-max":{"title":"Most memory","allOf":[{"$ref":"#/$defs/size"}],"examples":["512 MiB","2 GiB"]},"cpu-weight":{"title":"CPU weight","type":"integer","minimum":1,"maximum":10000,"examples":[200]},"io-weight":{"title":"I/O weight","type":"integer","minimum":1,"maximum":10000,"examples":[50]},"tasks-max":{"title":"Most threads","type":"integer","minimum":32,"maximum":4194304,"examples":[128]},"nice":{"title":"Nice","type":"integer","minimum":-20,"maximum":19,"examples":[5]}}},"defaults":{"title":"Defaults","type":["object","null"],"additionalProperties":false,"properties":{"port":{"title":"Port","type":"integer","minimum":1,"maximum":65535,"default":1025,"examples":[1025]},"priority":{"title":"Priority","type":"integer","minimum":0,"maximum":65535,"default":0,"examples":[10]},"permissions":{"title":"Permissions","type":"string","enum":["read-write","read-only","write-only"],"default":"read-write","examples":["read-write"]},"workers":{"title":"Workers","type":"integer","minimum":1,"maximum":64,"default":2,"examples":[4]}}},"server":{"title":"Server","type":"object","additionalProperties":false,"required":["address"],"properties":{"address":{"title":"Address","allOf":[{"$ref":"#/$defs/address"}],"examples":["192.0.2.75","2001:db8::75"]},"port":{"title":"Port","type":"integer","minimum":1,"maximum":65535,"default":1025,"examples":[1025,1026]},"host":{"title":"Host","allOf":[{"$ref":"#/$defs/hostName"}],"examples":["rack-1"]},"unit":{"$ref":"#/$defs/unit"}}},"group":{"title":"Group","type":"object","additionalProperties":false,"required":["index","members"],"properties":{"index":{"title":"Index","type":"integer","minimum":0,"maximum":4294967294,"examples":[1]},"export":{"title":"Export","allOf":[{"$ref":"#/$defs/directory"}],"examples":["/opt/pohtest"]},"members":{"title":"Members","type":"object","minProperties":1,"additionalProperties":{"$ref":"#/$defs/member"},"examples":[{"host-75":{"priority":10},"host-166":{}}]},"witnesses":{"title":"Witnesses","type":"array","items":{"type":"string","allOf":[{"$ref":"#/$defs/hostName"}]},"uniqueItems":true,"default":[],"examples":[["host-147"]]}}},"member":{"title":"Member","type":["object","null"],"additionalProperties":false,"properties":{"priority":{"title":"Priority","type":"integer","minimum":0,"maximum":65535,"default":0,"examples":[10]},"permissions":{"title":"Permissions","type":"string","enum":["read-write","read-only","write-only"],"default":"read-write","examples":["read-write","write-only"]},"export":{"title":"Export","allOf":[{"$ref":"#/$defs/directory"}],"examples":["/srv/pohtest"]}}},"client":{"title":"Client","type":"object","additionalProperties":false,"required":["address"],"properties":{"address":{"title":"Address","allOf":[{"$ref":"#/$defs/address"}],"examples":["192.0.2.200","2001:db8::200"]}}},"mount":{"title":"Mount","type":"object","additionalProperties":false,"required":["group","at","on"],"properties":{"group":{"title":"Group","allOf":[{"$ref":"#/$defs/groupName"}],"examples":["pohtest"]},"at":{"title":"Directory","allOf":[{"$ref":"#/$defs/directory"}],"examples":["/opt/pohtest"]},"on":{"title":"Hosts","type":"array","items":{"type":"string","allOf":[{"$ref":"#/$defs/hostName"}]},"minItems":1,"uniqueItems":true,"examples":[["host-147","laptop"]]},"options":{"title":"Mount options","type":"array","items":{"title":"Mount option","type":"string","pattern":"^[^,\\s\\u0000-\\u001f\\u007f]+$","patternErrorMessage":"each option is an item of its own, without commas or spaces"},"uniqueItems":true,"default":[],"examples":[["ro","noatime"]]},"automount":{"title":"Automount","type":"boolean","default":false,"examples":[true]},"sync-on-close":{"title":"Sync on close","type":"boolean","default":false,"examples":[true]},"cache":{"title":"Cache of this mount","type":["object","null"],"additionalProperties":false,"properties":{"memory":{"title":"Memory","allOf":[{"$ref":"#/$defs/size"}],"examples":["2 GiB"]},"dirty":{"title":"Dirty","allOf":[{"$ref":"#/$defs/size"}],"examples":["256 MiB"]},"readahead":{"title":"Readahead","allOf":[{"$ref":"#/$defs/size"}],"examples":["16 MiB"]}}},"unit":{"$ref":"#/$defs/unit"}}},"cache":{"title":"Cache","type":["object","null"],"additionalProperties":false,"properties":{"memory":{"title":"Memory","allOf":[{"$ref":"#/$defs/size"}],"examples":["512 MiB"]},"dirty":{"title":"Dirty","allOf":[{"$ref":"#/$defs/size"}],"default":"64 MiB","examples":["256 MiB"]},"readahead":{"title":"Readahead","allOf":[{"$ref":"#/$defs/size"}],"default":"4 MiB","examples":["16 MiB"]}}},"timeouts":{"title":"Timeouts","type":["object","null"],"additionalProperties":false,"properties":{"beat":{"title":"Beat","allOf":[{"$ref":"#/$defs/duration"}],"default":"1 s","examples":["500 ms","1 s"]},"suspect":{"title":"Suspect","allOf":[{"$ref":"#/$defs/duration"}],"default":"3 s","examples":["3 s"]},"connect":{"title":"Connect","allOf":[{"$ref":"#/$defs/duration"}],"default":"5 s","examples":["5 s",5]},"give-up":{"title":"Give up","allOf":[{"$ref":"#/$defs/duration"}],"default":"30 s","examples":["30 s","5 min"]}}},"log":{"title":"Log","type":["object","null"],"additionalProperties":false,"properties":{"level":{"title":"Level","type":"string","enum":["error","warning","notice","info","debug"],"default":"info","examples":["debug"]},"file":{"title":"File","allOf":[{"$ref":"#/$defs/directory"}],"examples":["/var/log/pohmelfs.log"]}}}}};
const schema32 = {"title":"Defaults","type":["object","null"],"additionalProperties":false,"properties":{"port":{"title":"Port","type":"integer","minimum":1,"maximum":65535,"default":1025,"examples":[1025]},"priority":{"title":"Priority","type":"integer","minimum":0,"maximum":65535,"default":0,"examples":[10]},"permissions":{"title":"Permissions","type":"string","enum":["read-write","read-only","write-only"],"default":"read-write","examples":["read-write"]},"workers":{"title":"Workers","type":"integer","minimum":1,"maximum":64,"default":2,"examples":[4]}}};
const schema33 = {"title":"Host name","type":"string","pattern":"^(?![0-9]+$)[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$","patternErrorMessage":"a host or server name has at most 64 letters, digits, '-', '_' and '.', does not begin or end with '-' or '.', and is not a number"};
const schema39 = {"title":"Group name","type":"string","pattern":"^[A-Za-z][A-Za-z0-9_.-]{0,62}$","patternErrorMessage":"a group name begins with a letter and has at most 63 letters, digits, '-', '_' and '.'"};
const func1 = Object.prototype.hasOwnProperty;
const pattern4 = new RegExp("^(?![0-9]+$)[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$", "u");
const pattern7 = new RegExp("^[A-Za-z][A-Za-z0-9_.-]{0,62}$", "u");
const schema34 = {"title":"Server","type":"object","additionalProperties":false,"required":["address"],"properties":{"address":{"title":"Address","allOf":[{"$ref":"#/$defs/address"}],"examples":["192.0.2.75","2001:db8::75"]},"port":{"title":"Port","type":"integer","minimum":1,"maximum":65535,"default":1025,"examples":[1025,1026]},"host":{"title":"Host","allOf":[{"$ref":"#/$defs/hostName"}],"examples":["rack-1"]},"unit":{"$ref":"#/$defs/unit"}}};
const schema35 = {"title":"Address","type":"string","anyOf":[{"format":"ipv4"},{"format":"ipv6"}]};
const schema37 = {"title":"Unit","type":["object","null"],"additionalProperties":false,"properties":{"memory-max":{"title":"Most memory","allOf":[{"$ref":"#/$defs/size"}],"examples":["512 MiB","2 GiB"]},"cpu-weight":{"title":"CPU weight","type":"integer","minimum":1,"maximum":10000,"examples":[200]},"io-weight":{"title":"I/O weight","type":"integer","minimum":1,"maximum":10000,"examples":[50]},"tasks-max":{"title":"Most threads","type":"integer","minimum":32,"maximum":4194304,"examples":[128]},"nice":{"title":"Nice","type":"integer","minimum":-20,"maximum":19,"examples":[5]}}};
const schema38 = {"title":"Size","type":"string","pattern":"^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$","patternErrorMessage":"a size is a number with KiB, MiB, GiB or TiB, such as '512 MiB'"};
const pattern6 = new RegExp("^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$", "u");

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate22.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if((!(data && typeof data == "object" && !Array.isArray(data))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema37.type},schema:schema37.type,parentSchema:schema37,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((key0 === "memory-max") || (key0 === "cpu-weight")) || (key0 === "io-weight")) || (key0 === "tasks-max")) || (key0 === "nice"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema37,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data["memory-max"] !== undefined){
let data0 = data["memory-max"];
if(typeof data0 === "string"){
if(!pattern6.test(data0)){
const err2 = {instancePath:instancePath+"/memory-max",schemaPath:"#/$defs/size/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$"},schema:"^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$",parentSchema:schema38,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/memory-max",schemaPath:"#/$defs/size/type",keyword:"type",params:{type: "string"},schema:schema38.type,parentSchema:schema38,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data["cpu-weight"] !== undefined){
let data1 = data["cpu-weight"];
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err4 = {instancePath:instancePath+"/cpu-weight",schemaPath:"#/properties/cpu-weight/type",keyword:"type",params:{type: "integer"},schema:schema37.properties["cpu-weight"].type,parentSchema:schema37.properties["cpu-weight"],data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 10000 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/cpu-weight",schemaPath:"#/properties/cpu-weight/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},schema:10000,parentSchema:schema37.properties["cpu-weight"],data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data1 < 1 || isNaN(data1)){
const err6 = {instancePath:instancePath+"/cpu-weight",schemaPath:"#/properties/cpu-weight/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema37.properties["cpu-weight"],data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
if(data["io-weight"] !== undefined){
let data2 = data["io-weight"];
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err7 = {instancePath:instancePath+"/io-weight",schemaPath:"#/properties/io-weight/type",keyword:"type",params:{type: "integer"},schema:schema37.properties["io-weight"].type,parentSchema:schema37.properties["io-weight"],data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 10000 || isNaN(data2)){
const err8 = {instancePath:instancePath+"/io-weight",schemaPath:"#/properties/io-weight/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},schema:10000,parentSchema:schema37.properties["io-weight"],data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data2 < 1 || isNaN(data2)){
const err9 = {instancePath:instancePath+"/io-weight",schemaPath:"#/properties/io-weight/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema37.properties["io-weight"],data:data2};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
if(data["tasks-max"] !== undefined){
let data3 = data["tasks-max"];
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err10 = {instancePath:instancePath+"/tasks-max",schemaPath:"#/properties/tasks-max/type",keyword:"type",params:{type: "integer"},schema:schema37.properties["tasks-max"].type,parentSchema:schema37.properties["tasks-max"],data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 4194304 || isNaN(data3)){
const err11 = {instancePath:instancePath+"/tasks-max",schemaPath:"#/properties/tasks-max/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4194304},schema:4194304,parentSchema:schema37.properties["tasks-max"],data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data3 < 32 || isNaN(data3)){
const err12 = {instancePath:instancePath+"/tasks-max",schemaPath:"#/properties/tasks-max/minimum",keyword:"minimum",params:{comparison: ">=", limit: 32},schema:32,parentSchema:schema37.properties["tasks-max"],data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
if(data.nice !== undefined){
let data4 = data.nice;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
const err13 = {instancePath:instancePath+"/nice",schemaPath:"#/properties/nice/type",keyword:"type",params:{type: "integer"},schema:schema37.properties.nice.type,parentSchema:schema37.properties.nice,data:data4};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 19 || isNaN(data4)){
const err14 = {instancePath:instancePath+"/nice",schemaPath:"#/properties/nice/maximum",keyword:"maximum",params:{comparison: "<=", limit: 19},schema:19,parentSchema:schema37.properties.nice,data:data4};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(data4 < -20 || isNaN(data4)){
const err15 = {instancePath:instancePath+"/nice",schemaPath:"#/properties/nice/minimum",keyword:"minimum",params:{comparison: ">=", limit: -20},schema:-20,parentSchema:schema37.properties.nice,data:data4};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
}
validate22.errors = vErrors;
return errors === 0;
}
validate22.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate21.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.address === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "address"},schema:schema34.required,parentSchema:schema34,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "address") || (key0 === "port")) || (key0 === "host")) || (key0 === "unit"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema34,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.address !== undefined){
let data0 = data.address;
if(typeof data0 !== "string"){
const err2 = {instancePath:instancePath+"/address",schemaPath:"#/$defs/address/type",keyword:"type",params:{type: "string"},schema:schema35.type,parentSchema:schema35,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
const _errs6 = errors;
let valid3 = false;
const _errs7 = errors;
var _valid0 = _errs7 === errors;
valid3 = valid3 || _valid0;
const _errs8 = errors;
var _valid0 = _errs8 === errors;
valid3 = valid3 || _valid0;
if(!valid3){
const err3 = {instancePath:instancePath+"/address",schemaPath:"#/$defs/address/anyOf",keyword:"anyOf",params:{},schema:schema35.anyOf,parentSchema:schema35,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
else {
errors = _errs6;
if(vErrors !== null){
if(_errs6){
vErrors.length = _errs6;
}
else {
vErrors = null;
}
}
}
}
if(data.port !== undefined){
let data1 = data.port;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err4 = {instancePath:instancePath+"/port",schemaPath:"#/properties/port/type",keyword:"type",params:{type: "integer"},schema:schema34.properties.port.type,parentSchema:schema34.properties.port,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 65535 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/port",schemaPath:"#/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},schema:65535,parentSchema:schema34.properties.port,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data1 < 1 || isNaN(data1)){
const err6 = {instancePath:instancePath+"/port",schemaPath:"#/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema34.properties.port,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
if(data.host !== undefined){
let data2 = data.host;
if(typeof data2 === "string"){
if(!pattern4.test(data2)){
const err7 = {instancePath:instancePath+"/host",schemaPath:"#/$defs/hostName/pattern",keyword:"pattern",params:{pattern: "^(?![0-9]+$)[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$"},schema:"^(?![0-9]+$)[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$",parentSchema:schema33,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/host",schemaPath:"#/$defs/hostName/type",keyword:"type",params:{type: "string"},schema:schema33.type,parentSchema:schema33,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.unit !== undefined){
if(!(validate22(data.unit, {instancePath:instancePath+"/unit",parentData:data,parentDataProperty:"unit",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
}
else {
const err9 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema34.type,parentSchema:schema34,data};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
validate21.errors = vErrors;
return errors === 0;
}
validate21.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema40 = {"title":"Group","type":"object","additionalProperties":false,"required":["index","members"],"properties":{"index":{"title":"Index","type":"integer","minimum":0,"maximum":4294967294,"examples":[1]},"export":{"title":"Export","allOf":[{"$ref":"#/$defs/directory"}],"examples":["/opt/pohtest"]},"members":{"title":"Members","type":"object","minProperties":1,"additionalProperties":{"$ref":"#/$defs/member"},"examples":[{"host-75":{"priority":10},"host-166":{}}]},"witnesses":{"title":"Witnesses","type":"array","items":{"type":"string","allOf":[{"$ref":"#/$defs/hostName"}]},"uniqueItems":true,"default":[],"examples":[["host-147"]]}}};
const schema41 = {"title":"Absolute path","type":"string","pattern":"^/[^\\u0000-\\u001f\\u007f]*$","patternErrorMessage":"it must begin with '/', and have no control characters"};
const pattern8 = new RegExp("^/[^\\u0000-\\u001f\\u007f]*$", "u");
const schema42 = {"title":"Member","type":["object","null"],"additionalProperties":false,"properties":{"priority":{"title":"Priority","type":"integer","minimum":0,"maximum":65535,"default":0,"examples":[10]},"permissions":{"title":"Permissions","type":"string","enum":["read-write","read-only","write-only"],"default":"read-write","examples":["read-write","write-only"]},"export":{"title":"Export","allOf":[{"$ref":"#/$defs/directory"}],"examples":["/srv/pohtest"]}}};

function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate26.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if((!(data && typeof data == "object" && !Array.isArray(data))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema42.type},schema:schema42.type,parentSchema:schema42,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((key0 === "priority") || (key0 === "permissions")) || (key0 === "export"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema42,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.priority !== undefined){
let data0 = data.priority;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err2 = {instancePath:instancePath+"/priority",schemaPath:"#/properties/priority/type",keyword:"type",params:{type: "integer"},schema:schema42.properties.priority.type,parentSchema:schema42.properties.priority,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 65535 || isNaN(data0)){
const err3 = {instancePath:instancePath+"/priority",schemaPath:"#/properties/priority/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},schema:65535,parentSchema:schema42.properties.priority,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/priority",schemaPath:"#/properties/priority/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema42.properties.priority,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
if(data.permissions !== undefined){
let data1 = data.permissions;
if(typeof data1 !== "string"){
const err5 = {instancePath:instancePath+"/permissions",schemaPath:"#/properties/permissions/type",keyword:"type",params:{type: "string"},schema:schema42.properties.permissions.type,parentSchema:schema42.properties.permissions,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(!(((data1 === "read-write") || (data1 === "read-only")) || (data1 === "write-only"))){
const err6 = {instancePath:instancePath+"/permissions",schemaPath:"#/properties/permissions/enum",keyword:"enum",params:{allowedValues: schema42.properties.permissions.enum},schema:schema42.properties.permissions.enum,parentSchema:schema42.properties.permissions,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.export !== undefined){
let data2 = data.export;
if(typeof data2 === "string"){
if(!pattern8.test(data2)){
const err7 = {instancePath:instancePath+"/export",schemaPath:"#/$defs/directory/pattern",keyword:"pattern",params:{pattern: "^/[^\\u0000-\\u001f\\u007f]*$"},schema:"^/[^\\u0000-\\u001f\\u007f]*$",parentSchema:schema41,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/export",schemaPath:"#/$defs/directory/type",keyword:"type",params:{type: "string"},schema:schema41.type,parentSchema:schema41,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
validate26.errors = vErrors;
return errors === 0;
}
validate26.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate25(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate25.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.index === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "index"},schema:schema40.required,parentSchema:schema40,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.members === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "members"},schema:schema40.required,parentSchema:schema40,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "index") || (key0 === "export")) || (key0 === "members")) || (key0 === "witnesses"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema40,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.index !== undefined){
let data0 = data.index;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err3 = {instancePath:instancePath+"/index",schemaPath:"#/properties/index/type",keyword:"type",params:{type: "integer"},schema:schema40.properties.index.type,parentSchema:schema40.properties.index,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 4294967294 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/index",schemaPath:"#/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967294},schema:4294967294,parentSchema:schema40.properties.index,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err5 = {instancePath:instancePath+"/index",schemaPath:"#/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema40.properties.index,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
if(data.export !== undefined){
let data1 = data.export;
if(typeof data1 === "string"){
if(!pattern8.test(data1)){
const err6 = {instancePath:instancePath+"/export",schemaPath:"#/$defs/directory/pattern",keyword:"pattern",params:{pattern: "^/[^\\u0000-\\u001f\\u007f]*$"},schema:"^/[^\\u0000-\\u001f\\u007f]*$",parentSchema:schema41,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/export",schemaPath:"#/$defs/directory/type",keyword:"type",params:{type: "string"},schema:schema41.type,parentSchema:schema41,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.members !== undefined){
let data2 = data.members;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(Object.keys(data2).length < 1){
const err8 = {instancePath:instancePath+"/members",schemaPath:"#/properties/members/minProperties",keyword:"minProperties",params:{limit: 1},schema:1,parentSchema:schema40.properties.members,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
for(const key1 in data2){
if(!(validate26(data2[key1], {instancePath:instancePath+"/members/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data2,parentDataProperty:key1,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate26.errors : vErrors.concat(validate26.errors);
errors = vErrors.length;
}
}
}
else {
const err9 = {instancePath:instancePath+"/members",schemaPath:"#/properties/members/type",keyword:"type",params:{type: "object"},schema:schema40.properties.members.type,parentSchema:schema40.properties.members,data:data2};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.witnesses !== undefined){
let data4 = data.witnesses;
if(Array.isArray(data4)){
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
let data5 = data4[i0];
if(typeof data5 !== "string"){
const err10 = {instancePath:instancePath+"/witnesses/" + i0,schemaPath:"#/properties/witnesses/items/type",keyword:"type",params:{type: "string"},schema:schema40.properties.witnesses.items.type,parentSchema:schema40.properties.witnesses.items,data:data5};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(typeof data5 === "string"){
if(!pattern4.test(data5)){
const err11 = {instancePath:instancePath+"/witnesses/" + i0,schemaPath:"#/$defs/hostName/pattern",keyword:"pattern",params:{pattern: "^(?![0-9]+$)[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$"},schema:"^(?![0-9]+$)[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$",parentSchema:schema33,data:data5};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/witnesses/" + i0,schemaPath:"#/$defs/hostName/type",keyword:"type",params:{type: "string"},schema:schema33.type,parentSchema:schema33,data:data5};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
let i1 = data4.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data4[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err13 = {instancePath:instancePath+"/witnesses",schemaPath:"#/properties/witnesses/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},schema:true,parentSchema:schema40.properties.witnesses,data:data4};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
break;
}
indices0[item0] = i1;
}
}
}
else {
const err14 = {instancePath:instancePath+"/witnesses",schemaPath:"#/properties/witnesses/type",keyword:"type",params:{type: "array"},schema:schema40.properties.witnesses.type,parentSchema:schema40.properties.witnesses,data:data4};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema40.type,parentSchema:schema40,data};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
validate25.errors = vErrors;
return errors === 0;
}
validate25.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema46 = {"title":"Client","type":"object","additionalProperties":false,"required":["address"],"properties":{"address":{"title":"Address","allOf":[{"$ref":"#/$defs/address"}],"examples":["192.0.2.200","2001:db8::200"]}}};

function validate29(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate29.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.address === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "address"},schema:schema46.required,parentSchema:schema46,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(key0 === "address")){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema46,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.address !== undefined){
let data0 = data.address;
if(typeof data0 !== "string"){
const err2 = {instancePath:instancePath+"/address",schemaPath:"#/$defs/address/type",keyword:"type",params:{type: "string"},schema:schema35.type,parentSchema:schema35,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
const _errs6 = errors;
let valid3 = false;
const _errs7 = errors;
var _valid0 = _errs7 === errors;
valid3 = valid3 || _valid0;
const _errs8 = errors;
var _valid0 = _errs8 === errors;
valid3 = valid3 || _valid0;
if(!valid3){
const err3 = {instancePath:instancePath+"/address",schemaPath:"#/$defs/address/anyOf",keyword:"anyOf",params:{},schema:schema35.anyOf,parentSchema:schema35,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
else {
errors = _errs6;
if(vErrors !== null){
if(_errs6){
vErrors.length = _errs6;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema46.type,parentSchema:schema46,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate29.errors = vErrors;
return errors === 0;
}
validate29.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema48 = {"title":"Mount","type":"object","additionalProperties":false,"required":["group","at","on"],"properties":{"group":{"title":"Group","allOf":[{"$ref":"#/$defs/groupName"}],"examples":["pohtest"]},"at":{"title":"Directory","allOf":[{"$ref":"#/$defs/directory"}],"examples":["/opt/pohtest"]},"on":{"title":"Hosts","type":"array","items":{"type":"string","allOf":[{"$ref":"#/$defs/hostName"}]},"minItems":1,"uniqueItems":true,"examples":[["host-147","laptop"]]},"options":{"title":"Mount options","type":"array","items":{"title":"Mount option","type":"string","pattern":"^[^,\\s\\u0000-\\u001f\\u007f]+$","patternErrorMessage":"each option is an item of its own, without commas or spaces"},"uniqueItems":true,"default":[],"examples":[["ro","noatime"]]},"automount":{"title":"Automount","type":"boolean","default":false,"examples":[true]},"sync-on-close":{"title":"Sync on close","type":"boolean","default":false,"examples":[true]},"cache":{"title":"Cache of this mount","type":["object","null"],"additionalProperties":false,"properties":{"memory":{"title":"Memory","allOf":[{"$ref":"#/$defs/size"}],"examples":["2 GiB"]},"dirty":{"title":"Dirty","allOf":[{"$ref":"#/$defs/size"}],"examples":["256 MiB"]},"readahead":{"title":"Readahead","allOf":[{"$ref":"#/$defs/size"}],"examples":["16 MiB"]}}},"unit":{"$ref":"#/$defs/unit"}}};
const pattern15 = new RegExp("^[^,\\s\\u0000-\\u001f\\u007f]+$", "u");

function validate31(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate31.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.group === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "group"},schema:schema48.required,parentSchema:schema48,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.at === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "at"},schema:schema48.required,parentSchema:schema48,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.on === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "on"},schema:schema48.required,parentSchema:schema48,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key0 in data){
if(!((((((((key0 === "group") || (key0 === "at")) || (key0 === "on")) || (key0 === "options")) || (key0 === "automount")) || (key0 === "sync-on-close")) || (key0 === "cache")) || (key0 === "unit"))){
const err3 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema48,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.group !== undefined){
let data0 = data.group;
if(typeof data0 === "string"){
if(!pattern7.test(data0)){
const err4 = {instancePath:instancePath+"/group",schemaPath:"#/$defs/groupName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9_.-]{0,62}$"},schema:"^[A-Za-z][A-Za-z0-9_.-]{0,62}$",parentSchema:schema39,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/group",schemaPath:"#/$defs/groupName/type",keyword:"type",params:{type: "string"},schema:schema39.type,parentSchema:schema39,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.at !== undefined){
let data1 = data.at;
if(typeof data1 === "string"){
if(!pattern8.test(data1)){
const err6 = {instancePath:instancePath+"/at",schemaPath:"#/$defs/directory/pattern",keyword:"pattern",params:{pattern: "^/[^\\u0000-\\u001f\\u007f]*$"},schema:"^/[^\\u0000-\\u001f\\u007f]*$",parentSchema:schema41,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/at",schemaPath:"#/$defs/directory/type",keyword:"type",params:{type: "string"},schema:schema41.type,parentSchema:schema41,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.on !== undefined){
let data2 = data.on;
if(Array.isArray(data2)){
if(data2.length < 1){
const err8 = {instancePath:instancePath+"/on",schemaPath:"#/properties/on/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema48.properties.on,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(typeof data3 !== "string"){
const err9 = {instancePath:instancePath+"/on/" + i0,schemaPath:"#/properties/on/items/type",keyword:"type",params:{type: "string"},schema:schema48.properties.on.items.type,parentSchema:schema48.properties.on.items,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
const err10 = {instancePath:instancePath+"/on/" + i0,schemaPath:"#/$defs/hostName/pattern",keyword:"pattern",params:{pattern: "^(?![0-9]+$)[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$"},schema:"^(?![0-9]+$)[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$",parentSchema:schema33,data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/on/" + i0,schemaPath:"#/$defs/hostName/type",keyword:"type",params:{type: "string"},schema:schema33.type,parentSchema:schema33,data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
let i1 = data2.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data2[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err12 = {instancePath:instancePath+"/on",schemaPath:"#/properties/on/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},schema:true,parentSchema:schema48.properties.on,data:data2};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
break;
}
indices0[item0] = i1;
}
}
}
else {
const err13 = {instancePath:instancePath+"/on",schemaPath:"#/properties/on/type",keyword:"type",params:{type: "array"},schema:schema48.properties.on.type,parentSchema:schema48.properties.on,data:data2};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.options !== undefined){
let data4 = data.options;
if(Array.isArray(data4)){
const len1 = data4.length;
for(let i2=0; i2<len1; i2++){
let data5 = data4[i2];
if(typeof data5 === "string"){
if(!pattern15.test(data5)){
const err14 = {instancePath:instancePath+"/options/" + i2,schemaPath:"#/properties/options/items/pattern",keyword:"pattern",params:{pattern: "^[^,\\s\\u0000-\\u001f\\u007f]+$"},schema:"^[^,\\s\\u0000-\\u001f\\u007f]+$",parentSchema:schema48.properties.options.items,data:data5};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/options/" + i2,schemaPath:"#/properties/options/items/type",keyword:"type",params:{type: "string"},schema:schema48.properties.options.items.type,parentSchema:schema48.properties.options.items,data:data5};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
let i3 = data4.length;
let j1;
if(i3 > 1){
const indices1 = {};
for(;i3--;){
let item1 = data4[i3];
if(typeof item1 !== "string"){
continue;
}
if(typeof indices1[item1] == "number"){
j1 = indices1[item1];
const err16 = {instancePath:instancePath+"/options",schemaPath:"#/properties/options/uniqueItems",keyword:"uniqueItems",params:{i: i3, j: j1},schema:true,parentSchema:schema48.properties.options,data:data4};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
break;
}
indices1[item1] = i3;
}
}
}
else {
const err17 = {instancePath:instancePath+"/options",schemaPath:"#/properties/options/type",keyword:"type",params:{type: "array"},schema:schema48.properties.options.type,parentSchema:schema48.properties.options,data:data4};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.automount !== undefined){
let data6 = data.automount;
if(typeof data6 !== "boolean"){
const err18 = {instancePath:instancePath+"/automount",schemaPath:"#/properties/automount/type",keyword:"type",params:{type: "boolean"},schema:schema48.properties.automount.type,parentSchema:schema48.properties.automount,data:data6};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data["sync-on-close"] !== undefined){
let data7 = data["sync-on-close"];
if(typeof data7 !== "boolean"){
const err19 = {instancePath:instancePath+"/sync-on-close",schemaPath:"#/properties/sync-on-close/type",keyword:"type",params:{type: "boolean"},schema:schema48.properties["sync-on-close"].type,parentSchema:schema48.properties["sync-on-close"],data:data7};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.cache !== undefined){
let data8 = data.cache;
if((!(data8 && typeof data8 == "object" && !Array.isArray(data8))) && (data8 !== null)){
const err20 = {instancePath:instancePath+"/cache",schemaPath:"#/properties/cache/type",keyword:"type",params:{type: schema48.properties.cache.type},schema:schema48.properties.cache.type,parentSchema:schema48.properties.cache,data:data8};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
for(const key1 in data8){
if(!(((key1 === "memory") || (key1 === "dirty")) || (key1 === "readahead"))){
const err21 = {instancePath:instancePath+"/cache",schemaPath:"#/properties/cache/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},schema:false,parentSchema:schema48.properties.cache,data:data8};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data8.memory !== undefined){
let data9 = data8.memory;
if(typeof data9 === "string"){
if(!pattern6.test(data9)){
const err22 = {instancePath:instancePath+"/cache/memory",schemaPath:"#/$defs/size/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$"},schema:"^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$",parentSchema:schema38,data:data9};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
else {
const err23 = {instancePath:instancePath+"/cache/memory",schemaPath:"#/$defs/size/type",keyword:"type",params:{type: "string"},schema:schema38.type,parentSchema:schema38,data:data9};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data8.dirty !== undefined){
let data10 = data8.dirty;
if(typeof data10 === "string"){
if(!pattern6.test(data10)){
const err24 = {instancePath:instancePath+"/cache/dirty",schemaPath:"#/$defs/size/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$"},schema:"^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$",parentSchema:schema38,data:data10};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
else {
const err25 = {instancePath:instancePath+"/cache/dirty",schemaPath:"#/$defs/size/type",keyword:"type",params:{type: "string"},schema:schema38.type,parentSchema:schema38,data:data10};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data8.readahead !== undefined){
let data11 = data8.readahead;
if(typeof data11 === "string"){
if(!pattern6.test(data11)){
const err26 = {instancePath:instancePath+"/cache/readahead",schemaPath:"#/$defs/size/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$"},schema:"^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$",parentSchema:schema38,data:data11};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/cache/readahead",schemaPath:"#/$defs/size/type",keyword:"type",params:{type: "string"},schema:schema38.type,parentSchema:schema38,data:data11};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
}
}
if(data.unit !== undefined){
if(!(validate22(data.unit, {instancePath:instancePath+"/unit",parentData:data,parentDataProperty:"unit",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
}
else {
const err28 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema48.type,parentSchema:schema48,data};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
validate31.errors = vErrors;
return errors === 0;
}
validate31.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema55 = {"title":"Timeouts","type":["object","null"],"additionalProperties":false,"properties":{"beat":{"title":"Beat","allOf":[{"$ref":"#/$defs/duration"}],"default":"1 s","examples":["500 ms","1 s"]},"suspect":{"title":"Suspect","allOf":[{"$ref":"#/$defs/duration"}],"default":"3 s","examples":["3 s"]},"connect":{"title":"Connect","allOf":[{"$ref":"#/$defs/duration"}],"default":"5 s","examples":["5 s",5]},"give-up":{"title":"Give up","allOf":[{"$ref":"#/$defs/duration"}],"default":"30 s","examples":["30 s","5 min"]}}};
const schema56 = {"title":"Duration","type":["string","number"],"pattern":"^[0-9]+(\\.[0-9]+)? ?(ms|s|min|h)$","patternErrorMessage":"a duration is a number of seconds, or a number with ms, s, min or h, such as '500 ms' or '5 s'"};
const pattern19 = new RegExp("^[0-9]+(\\.[0-9]+)? ?(ms|s|min|h)$", "u");

function validate34(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate34.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if((!(data && typeof data == "object" && !Array.isArray(data))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema55.type},schema:schema55.type,parentSchema:schema55,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((key0 === "beat") || (key0 === "suspect")) || (key0 === "connect")) || (key0 === "give-up"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema55,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.beat !== undefined){
let data0 = data.beat;
if((typeof data0 !== "string") && (!((typeof data0 == "number") && (isFinite(data0))))){
const err2 = {instancePath:instancePath+"/beat",schemaPath:"#/$defs/duration/type",keyword:"type",params:{type: schema56.type},schema:schema56.type,parentSchema:schema56,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(typeof data0 === "string"){
if(!pattern19.test(data0)){
const err3 = {instancePath:instancePath+"/beat",schemaPath:"#/$defs/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)? ?(ms|s|min|h)$"},schema:"^[0-9]+(\\.[0-9]+)? ?(ms|s|min|h)$",parentSchema:schema56,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
if(data.suspect !== undefined){
let data1 = data.suspect;
if((typeof data1 !== "string") && (!((typeof data1 == "number") && (isFinite(data1))))){
const err4 = {instancePath:instancePath+"/suspect",schemaPath:"#/$defs/duration/type",keyword:"type",params:{type: schema56.type},schema:schema56.type,parentSchema:schema56,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(typeof data1 === "string"){
if(!pattern19.test(data1)){
const err5 = {instancePath:instancePath+"/suspect",schemaPath:"#/$defs/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)? ?(ms|s|min|h)$"},schema:"^[0-9]+(\\.[0-9]+)? ?(ms|s|min|h)$",parentSchema:schema56,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
if(data.connect !== undefined){
let data2 = data.connect;
if((typeof data2 !== "string") && (!((typeof data2 == "number") && (isFinite(data2))))){
const err6 = {instancePath:instancePath+"/connect",schemaPath:"#/$defs/duration/type",keyword:"type",params:{type: schema56.type},schema:schema56.type,parentSchema:schema56,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(typeof data2 === "string"){
if(!pattern19.test(data2)){
const err7 = {instancePath:instancePath+"/connect",schemaPath:"#/$defs/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)? ?(ms|s|min|h)$"},schema:"^[0-9]+(\\.[0-9]+)? ?(ms|s|min|h)$",parentSchema:schema56,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
if(data["give-up"] !== undefined){
let data3 = data["give-up"];
if((typeof data3 !== "string") && (!((typeof data3 == "number") && (isFinite(data3))))){
const err8 = {instancePath:instancePath+"/give-up",schemaPath:"#/$defs/duration/type",keyword:"type",params:{type: schema56.type},schema:schema56.type,parentSchema:schema56,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(typeof data3 === "string"){
if(!pattern19.test(data3)){
const err9 = {instancePath:instancePath+"/give-up",schemaPath:"#/$defs/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)? ?(ms|s|min|h)$"},schema:"^[0-9]+(\\.[0-9]+)? ?(ms|s|min|h)$",parentSchema:schema56,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
}
validate34.errors = vErrors;
return errors === 0;
}
validate34.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema60 = {"title":"Cache","type":["object","null"],"additionalProperties":false,"properties":{"memory":{"title":"Memory","allOf":[{"$ref":"#/$defs/size"}],"examples":["512 MiB"]},"dirty":{"title":"Dirty","allOf":[{"$ref":"#/$defs/size"}],"default":"64 MiB","examples":["256 MiB"]},"readahead":{"title":"Readahead","allOf":[{"$ref":"#/$defs/size"}],"default":"4 MiB","examples":["16 MiB"]}}};

function validate36(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate36.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if((!(data && typeof data == "object" && !Array.isArray(data))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema60.type},schema:schema60.type,parentSchema:schema60,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((key0 === "memory") || (key0 === "dirty")) || (key0 === "readahead"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema60,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.memory !== undefined){
let data0 = data.memory;
if(typeof data0 === "string"){
if(!pattern6.test(data0)){
const err2 = {instancePath:instancePath+"/memory",schemaPath:"#/$defs/size/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$"},schema:"^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$",parentSchema:schema38,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/memory",schemaPath:"#/$defs/size/type",keyword:"type",params:{type: "string"},schema:schema38.type,parentSchema:schema38,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.dirty !== undefined){
let data1 = data.dirty;
if(typeof data1 === "string"){
if(!pattern6.test(data1)){
const err4 = {instancePath:instancePath+"/dirty",schemaPath:"#/$defs/size/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$"},schema:"^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$",parentSchema:schema38,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/dirty",schemaPath:"#/$defs/size/type",keyword:"type",params:{type: "string"},schema:schema38.type,parentSchema:schema38,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.readahead !== undefined){
let data2 = data.readahead;
if(typeof data2 === "string"){
if(!pattern6.test(data2)){
const err6 = {instancePath:instancePath+"/readahead",schemaPath:"#/$defs/size/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$"},schema:"^[0-9]+(\\.[0-9]+)? ?(KiB|MiB|GiB|TiB)$",parentSchema:schema38,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/readahead",schemaPath:"#/$defs/size/type",keyword:"type",params:{type: "string"},schema:schema38.type,parentSchema:schema38,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
validate36.errors = vErrors;
return errors === 0;
}
validate36.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema64 = {"title":"Log","type":["object","null"],"additionalProperties":false,"properties":{"level":{"title":"Level","type":"string","enum":["error","warning","notice","info","debug"],"default":"info","examples":["debug"]},"file":{"title":"File","allOf":[{"$ref":"#/$defs/directory"}],"examples":["/var/log/pohmelfs.log"]}}};

function validate38(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate38.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if((!(data && typeof data == "object" && !Array.isArray(data))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema64.type},schema:schema64.type,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((key0 === "level") || (key0 === "file"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.level !== undefined){
let data0 = data.level;
if(typeof data0 !== "string"){
const err2 = {instancePath:instancePath+"/level",schemaPath:"#/properties/level/type",keyword:"type",params:{type: "string"},schema:schema64.properties.level.type,parentSchema:schema64.properties.level,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(!(((((data0 === "error") || (data0 === "warning")) || (data0 === "notice")) || (data0 === "info")) || (data0 === "debug"))){
const err3 = {instancePath:instancePath+"/level",schemaPath:"#/properties/level/enum",keyword:"enum",params:{allowedValues: schema64.properties.level.enum},schema:schema64.properties.level.enum,parentSchema:schema64.properties.level,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.file !== undefined){
let data1 = data.file;
if(typeof data1 === "string"){
if(!pattern8.test(data1)){
const err4 = {instancePath:instancePath+"/file",schemaPath:"#/$defs/directory/pattern",keyword:"pattern",params:{pattern: "^/[^\\u0000-\\u001f\\u007f]*$"},schema:"^/[^\\u0000-\\u001f\\u007f]*$",parentSchema:schema41,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/file",schemaPath:"#/$defs/directory/type",keyword:"type",params:{type: "string"},schema:schema41.type,parentSchema:schema41,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
validate38.errors = vErrors;
return errors === 0;
}
validate38.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.version === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "version"},schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.servers === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "servers"},schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.groups === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "groups"},schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema31.properties, key0))){
const err3 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.version !== undefined){
let data0 = data.version;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err4 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/type",keyword:"type",params:{type: "integer"},schema:schema31.properties.version.type,parentSchema:schema31.properties.version,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(1 !== data0){
const err5 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/const",keyword:"const",params:{allowedValue: 1},schema:1,parentSchema:schema31.properties.version,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.defaults !== undefined){
let data1 = data.defaults;
if((!(data1 && typeof data1 == "object" && !Array.isArray(data1))) && (data1 !== null)){
const err6 = {instancePath:instancePath+"/defaults",schemaPath:"#/$defs/defaults/type",keyword:"type",params:{type: schema32.type},schema:schema32.type,parentSchema:schema32,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
for(const key1 in data1){
if(!((((key1 === "port") || (key1 === "priority")) || (key1 === "permissions")) || (key1 === "workers"))){
const err7 = {instancePath:instancePath+"/defaults",schemaPath:"#/$defs/defaults/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},schema:false,parentSchema:schema32,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data1.port !== undefined){
let data2 = data1.port;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err8 = {instancePath:instancePath+"/defaults/port",schemaPath:"#/$defs/defaults/properties/port/type",keyword:"type",params:{type: "integer"},schema:schema32.properties.port.type,parentSchema:schema32.properties.port,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 65535 || isNaN(data2)){
const err9 = {instancePath:instancePath+"/defaults/port",schemaPath:"#/$defs/defaults/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},schema:65535,parentSchema:schema32.properties.port,data:data2};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data2 < 1 || isNaN(data2)){
const err10 = {instancePath:instancePath+"/defaults/port",schemaPath:"#/$defs/defaults/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema32.properties.port,data:data2};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
if(data1.priority !== undefined){
let data3 = data1.priority;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err11 = {instancePath:instancePath+"/defaults/priority",schemaPath:"#/$defs/defaults/properties/priority/type",keyword:"type",params:{type: "integer"},schema:schema32.properties.priority.type,parentSchema:schema32.properties.priority,data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 65535 || isNaN(data3)){
const err12 = {instancePath:instancePath+"/defaults/priority",schemaPath:"#/$defs/defaults/properties/priority/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},schema:65535,parentSchema:schema32.properties.priority,data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data3 < 0 || isNaN(data3)){
const err13 = {instancePath:instancePath+"/defaults/priority",schemaPath:"#/$defs/defaults/properties/priority/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema32.properties.priority,data:data3};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
if(data1.permissions !== undefined){
let data4 = data1.permissions;
if(typeof data4 !== "string"){
const err14 = {instancePath:instancePath+"/defaults/permissions",schemaPath:"#/$defs/defaults/properties/permissions/type",keyword:"type",params:{type: "string"},schema:schema32.properties.permissions.type,parentSchema:schema32.properties.permissions,data:data4};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(!(((data4 === "read-write") || (data4 === "read-only")) || (data4 === "write-only"))){
const err15 = {instancePath:instancePath+"/defaults/permissions",schemaPath:"#/$defs/defaults/properties/permissions/enum",keyword:"enum",params:{allowedValues: schema32.properties.permissions.enum},schema:schema32.properties.permissions.enum,parentSchema:schema32.properties.permissions,data:data4};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data1.workers !== undefined){
let data5 = data1.workers;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err16 = {instancePath:instancePath+"/defaults/workers",schemaPath:"#/$defs/defaults/properties/workers/type",keyword:"type",params:{type: "integer"},schema:schema32.properties.workers.type,parentSchema:schema32.properties.workers,data:data5};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 64 || isNaN(data5)){
const err17 = {instancePath:instancePath+"/defaults/workers",schemaPath:"#/$defs/defaults/properties/workers/maximum",keyword:"maximum",params:{comparison: "<=", limit: 64},schema:64,parentSchema:schema32.properties.workers,data:data5};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data5 < 1 || isNaN(data5)){
const err18 = {instancePath:instancePath+"/defaults/workers",schemaPath:"#/$defs/defaults/properties/workers/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema32.properties.workers,data:data5};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
}
}
if(data.servers !== undefined){
let data6 = data.servers;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(Object.keys(data6).length < 1){
const err19 = {instancePath:instancePath+"/servers",schemaPath:"#/properties/servers/minProperties",keyword:"minProperties",params:{limit: 1},schema:1,parentSchema:schema31.properties.servers,data:data6};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
for(const key2 in data6){
const _errs18 = errors;
if(typeof key2 === "string"){
if(!pattern4.test(key2)){
const err20 = {instancePath:instancePath+"/servers",schemaPath:"#/$defs/hostName/pattern",keyword:"pattern",params:{pattern: "^(?![0-9]+$)[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$"},schema:"^(?![0-9]+$)[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$",parentSchema:schema33,data:key2,propertyName:key2};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
else {
const err21 = {instancePath:instancePath+"/servers",schemaPath:"#/$defs/hostName/type",keyword:"type",params:{type: "string"},schema:schema33.type,parentSchema:schema33,data:key2,propertyName:key2};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
var valid3 = _errs18 === errors;
if(!valid3){
const err22 = {instancePath:instancePath+"/servers",schemaPath:"#/properties/servers/propertyNames",keyword:"propertyNames",params:{propertyName: key2},schema:schema31.properties.servers.propertyNames,parentSchema:schema31.properties.servers,data:data6};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
for(const key3 in data6){
if(!(validate21(data6[key3], {instancePath:instancePath+"/servers/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data6,parentDataProperty:key3,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
}
else {
const err23 = {instancePath:instancePath+"/servers",schemaPath:"#/properties/servers/type",keyword:"type",params:{type: "object"},schema:schema31.properties.servers.type,parentSchema:schema31.properties.servers,data:data6};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.groups !== undefined){
let data8 = data.groups;
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
if(Object.keys(data8).length < 1){
const err24 = {instancePath:instancePath+"/groups",schemaPath:"#/properties/groups/minProperties",keyword:"minProperties",params:{limit: 1},schema:1,parentSchema:schema31.properties.groups,data:data8};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
for(const key4 in data8){
const _errs25 = errors;
if(typeof key4 === "string"){
if(!pattern7.test(key4)){
const err25 = {instancePath:instancePath+"/groups",schemaPath:"#/$defs/groupName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9_.-]{0,62}$"},schema:"^[A-Za-z][A-Za-z0-9_.-]{0,62}$",parentSchema:schema39,data:key4,propertyName:key4};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
else {
const err26 = {instancePath:instancePath+"/groups",schemaPath:"#/$defs/groupName/type",keyword:"type",params:{type: "string"},schema:schema39.type,parentSchema:schema39,data:key4,propertyName:key4};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
var valid6 = _errs25 === errors;
if(!valid6){
const err27 = {instancePath:instancePath+"/groups",schemaPath:"#/properties/groups/propertyNames",keyword:"propertyNames",params:{propertyName: key4},schema:schema31.properties.groups.propertyNames,parentSchema:schema31.properties.groups,data:data8};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
for(const key5 in data8){
if(!(validate25(data8[key5], {instancePath:instancePath+"/groups/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data8,parentDataProperty:key5,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
}
else {
const err28 = {instancePath:instancePath+"/groups",schemaPath:"#/properties/groups/type",keyword:"type",params:{type: "object"},schema:schema31.properties.groups.type,parentSchema:schema31.properties.groups,data:data8};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data.clients !== undefined){
let data10 = data.clients;
if((!(data10 && typeof data10 == "object" && !Array.isArray(data10))) && (data10 !== null)){
const err29 = {instancePath:instancePath+"/clients",schemaPath:"#/properties/clients/type",keyword:"type",params:{type: schema31.properties.clients.type},schema:schema31.properties.clients.type,parentSchema:schema31.properties.clients,data:data10};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
for(const key6 in data10){
const _errs32 = errors;
if(typeof key6 === "string"){
if(!pattern4.test(key6)){
const err30 = {instancePath:instancePath+"/clients",schemaPath:"#/$defs/hostName/pattern",keyword:"pattern",params:{pattern: "^(?![0-9]+$)[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$"},schema:"^(?![0-9]+$)[A-Za-z0-9_]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$",parentSchema:schema33,data:key6,propertyName:key6};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
else {
const err31 = {instancePath:instancePath+"/clients",schemaPath:"#/$defs/hostName/type",keyword:"type",params:{type: "string"},schema:schema33.type,parentSchema:schema33,data:key6,propertyName:key6};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
var valid9 = _errs32 === errors;
if(!valid9){
const err32 = {instancePath:instancePath+"/clients",schemaPath:"#/properties/clients/propertyNames",keyword:"propertyNames",params:{propertyName: key6},schema:schema31.properties.clients.propertyNames,parentSchema:schema31.properties.clients,data:data10};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
for(const key7 in data10){
if(!(validate29(data10[key7], {instancePath:instancePath+"/clients/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data10,parentDataProperty:key7,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate29.errors : vErrors.concat(validate29.errors);
errors = vErrors.length;
}
}
}
}
if(data.mounts !== undefined){
let data12 = data.mounts;
if((!(Array.isArray(data12))) && (data12 !== null)){
const err33 = {instancePath:instancePath+"/mounts",schemaPath:"#/properties/mounts/type",keyword:"type",params:{type: schema31.properties.mounts.type},schema:schema31.properties.mounts.type,parentSchema:schema31.properties.mounts,data:data12};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(Array.isArray(data12)){
const len0 = data12.length;
for(let i0=0; i0<len0; i0++){
if(!(validate31(data12[i0], {instancePath:instancePath+"/mounts/" + i0,parentData:data12,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate31.errors : vErrors.concat(validate31.errors);
errors = vErrors.length;
}
}
}
}
if(data.timeouts !== undefined){
if(!(validate34(data.timeouts, {instancePath:instancePath+"/timeouts",parentData:data,parentDataProperty:"timeouts",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
}
if(data.cache !== undefined){
if(!(validate36(data.cache, {instancePath:instancePath+"/cache",parentData:data,parentDataProperty:"cache",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate36.errors : vErrors.concat(validate36.errors);
errors = vErrors.length;
}
}
if(data.log !== undefined){
if(!(validate38(data.log, {instancePath:instancePath+"/log",parentData:data,parentDataProperty:"log",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
}
}
else {
const err34 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema31.type,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

